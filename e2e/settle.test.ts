/** A platform on an L1 of somebody else's that vanishes in the middle of a settlement: anybody finishes it from L1 data. */
import { writeFile } from 'node:fs/promises';
import { bridgeAbi, rollupAbi } from '@tephra/l1';
import { ANVIL_KEYS, type Anvil, startAnvil, type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { createPublicClient, createWalletClient, erc20Abi, type Hex, http, parseEther } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliJson, rpc, runCli, startUp, type Up } from './support/up.ts';

const [PLATFORM_KEY, USER_KEY, RESCUER_KEY] = ANVIL_KEYS;
const user = privateKeyToAccount(USER_KEY);
/** Init code of a contract that answers every call with the number 5. */
const SILENT_TOKEN = '0x6008600c60003960086000f360055f5260205ff3';

let anvil: Anvil;
let dir: TempDir;
let up: Up;

beforeAll(async () => {
  anvil = await startAnvil({ mining: 1 });
  dir = await tempDir();
  up = await startUp(
    [
      ...['--data-dir', `${dir.path}/platform`, '--l1-rpc', anvil.rpcUrl, '--l1-depth', '1'],
      ...['--challenge-period', '2', '--pack-interval', '2'],
    ],
    {
      TEPHRA_L1_KEY: PLATFORM_KEY,
    },
  );
});
afterAll(async () => {
  up?.child.kill('SIGKILL');
  await anvil?.stop();
  await dir?.remove();
});

type Detail = {
  flashlayer: { id: string; resources: { rpc: string } };
  contracts: { rollup: Hex; bridge: Hex; nativeTwin: Hex };
};

test('settles from the L1 alone what a vanished platform left', { timeout: 300_000 }, async () => {
  const { flashlayer, contracts } = await cliJson<Detail>(up.ready, [
    ...['launch', 'orphan', '--block-time', '0.5', '--no-trial', '--genesis', `${user.address}=1000`],
  ]);
  const url = flashlayer.resources.rpc;
  const deposit = await cliJson<{ l2BlockNumber: string }>(up.ready, [
    ...['deposit', 'orphan', '--amount', '3', '--to', user.address, '--private-key', USER_KEY],
  ]);
  // A token that logs nothing and has 5 for everybody: no settlement finds it by itself.
  const layer = createWalletClient({ account: user, transport: http(url) });
  const hash = await layer.sendTransaction({ chain: null, data: SILENT_TOKEN, gas: 200_000n });
  type Receipt = { contractAddress: Hex; blockNumber: Hex } | null;
  const receipt = () => rpc<Receipt>(url, 'eth_getTransactionReceipt', [hash]);
  await waitUntil(async () => (await receipt()) !== null, { what: 'the silent token' });
  const deployed = (await receipt())!;
  await waitUntil(
    async () =>
      Number((await rpc<{ number: Hex }>(url, 'eth_getBlockByNumber', ['safe', false])).number) >=
      Math.max(Number(deposit.l2BlockNumber), Number(deployed.blockNumber)),
    { what: 'the pack', timeoutMs: 60_000 },
  );
  const alive = await runCli(['settle', '--rollup', contracts.rollup, '--l1-rpc', anvil.rpcUrl, '--json'], {
    TEPHRA_PRIVATE_KEY: RESCUER_KEY,
  });
  expect(JSON.parse(alive.stderr)).toMatchObject({ error: { code: 'CHAIN_NOT_CLOSED' } });
  expect(alive.code).toBe(5);

  // Closed on the L1, and at that moment everything but the L1 is gone.
  await cliJson(up.ready, ['destroy', 'orphan', '--yes', '--no-wait']);
  const client = createPublicClient({ transport: http(anvil.rpcUrl) });
  const rollup = { address: contracts.rollup, abi: rollupAbi } as const;
  await waitUntil(() => client.readContract({ ...rollup, functionName: 'closed' }), {
    what: 'the close',
    intervalMs: 5,
  });
  await up.end('SIGKILL');

  const lastPack = await client.readContract({ ...rollup, functionName: 'packCount' });
  const record = await client.readContract({ ...rollup, functionName: 'packRecord', args: [lastPack] });
  const rebuilt = await runCli([
    ...['rebuild', '--rollup', contracts.rollup, '--l1-rpc', anvil.rpcUrl, '--to', `${dir.path}/rebuilt`, '--json'],
  ]);
  expect(JSON.parse(rebuilt.stdout)).toMatchObject({
    headNumber: record.lastBlock.toString(),
    outputRoot: record.outputRoot,
    packs: Number(lastPack),
  });

  const settle = (...more: string[]) =>
    runCli(
      [
        ...['settle', '--rollup', contracts.rollup, '--l1-rpc', anvil.rpcUrl, '--l1-depth', '1'],
        ...['--to', `${dir.path}/rescue`, '--json', ...more],
      ],
      { TEPHRA_PRIVATE_KEY: RESCUER_KEY },
    );
  const holders = `${dir.path}/holders.txt`;
  await writeFile(holders, `${user.address} # whom nobody else would ask for\n`);
  const addendum = ['--addendum', '--token', deployed.contractAddress, '--holders', holders];
  if (!record.terminal) {
    const tooEarly = await settle();
    expect(JSON.parse(tooEarly.stderr)).toMatchObject({ error: { code: 'PROPOSER_TURN' } });
    expect(JSON.parse((await settle(...addendum)).stderr)).toMatchObject({ error: { code: 'NOT_SETTLED' } });
    await anvil.rpc('evm_increaseTime', [3_700]);
    await anvil.rpc('evm_mine');
  }
  const before = await client.getBalance({ address: user.address });
  const settled = await settle();
  expect(settled.stderr).toBe('');
  expect(JSON.parse(settled.stdout)).toMatchObject({ phase: 'done', counts: { pending: 0, claimable: 0 } });
  const twin = { address: contracts.nativeTwin, abi: erc20Abi } as const;
  expect(await client.readContract({ ...twin, functionName: 'balanceOf', args: [user.address] })).toBe(
    parseEther('1000'),
  );
  expect(await client.readContract({ ...twin, functionName: 'totalSupply' })).toBe(parseEther('1000'));
  expect((await client.getBalance({ address: user.address })) - before).toBe(parseEther('3'));
  expect(
    await client.readContract({
      address: contracts.bridge,
      abi: bridgeAbi,
      functionName: 'locked',
      args: ['0x0000000000000000000000000000000000000000'],
    }),
  ).toBe(0n);

  const added = await settle(...addendum);
  expect(added.stderr).toBe('');
  expect(JSON.parse(added.stdout)).toMatchObject({ phase: 'done', counts: { paid: 2, pending: 0, claimable: 0 } });
  const tokenTwin = await client.readContract({
    address: contracts.bridge,
    abi: bridgeAbi,
    functionName: 'tokenTwin',
    // Everybody's: what a stranger adds can be disputed like all packs.
    args: [deployed.contractAddress, 0, '0x0000000000000000000000000000000000000000'],
  });
  const silent = { address: tokenTwin, abi: erc20Abi, functionName: 'balanceOf', args: [user.address] } as const;
  expect(await client.readContract(silent)).toBe(5n);
});
