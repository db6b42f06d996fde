/**
 * Layers whose native coin is ETH or a token of the L1, with fees that go where their creator said, ordered by price: from
 * the command line to the L1 after their end.
 */
import { createLogger } from '@tephra/core';
import { bridgeAbi, demoErc20Abi, demoErc20Bytecode, TransactionSender } from '@tephra/l1';
import { PREDEPLOYS } from '@tephra/protocol';
import {
  createPublicClient,
  createWalletClient,
  encodeDeployData,
  encodeFunctionData,
  type Hex,
  http,
  type PublicClient,
  parseEther,
  zeroAddress,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliJson, runCli, startUp, type Up } from './support/up.ts';

type Detail = {
  flashlayer: { id: string; resources: { rpc: string; chainId: string } };
  contracts: { bridge: Hex };
};
type Ledger = {
  settlement: {
    counts: { total: number; paid: number };
    items: { owner: Hex; amount: string; asset: { type: string; l1Token: Hex | null } }[];
  };
};

let up: Up;
let l1: PublicClient;
/** The platform's own account on the L1. */
let platform: Hex;
beforeAll(async () => {
  up = await startUp(['--ephemeral', '--challenge-period', '2']);
  l1 = createPublicClient({ transport: http(up.ready.l1Url) });
  const info = await fetch(`${up.ready.url}/v1/platform`, { headers: { authorization: `Bearer ${up.ready.token}` } });
  platform = ((await info.json()) as { l1: { account: Hex } }).l1.account;
});
afterAll(async () => {
  await up?.end();
});

const address = (index: number): Hex => up.ready.accounts[index]!.address;
/** Never seen on the L1 before, so that what it holds there came from a layer. */
const recipient = (name: string): Hex => `0x${Buffer.from(name.padEnd(20, '.')).toString('hex')}`;

test.concurrent('a layer of ETH charges for gas and data, and pays all of it back', { timeout: 180_000 }, async () => {
  const [base, data] = [recipient('base fees'), recipient('data fees')];
  const { flashlayer, contracts } = await cliJson<Detail>(up.ready, [
    ...['launch', 'ether', '--block-time', '0.5', '--currency', 'eth', '--no-gasless', '--auction'],
    ...['--min-base-fee', '1000000', '--data-fee', '10000000', '--faucet-reserve', '20'],
    ...['--fee-recipient', `base=${base}`, `data=${data}`, '--genesis', `${address(1)}=3`],
  ]);
  const { rpc, chainId } = flashlayer.resources;
  const l2 = createPublicClient({ transport: http(rpc) });
  expect(await l2.getBalance({ address: address(1) })).toBe(parseEther('3'));
  await cliJson(up.ready, ['faucet', 'ether', address(2)]);
  const drip = await l2.getBalance({ address: address(2) });
  expect(drip).toBeGreaterThan(0n);
  const arrived = await cliJson<{ l2Token: Hex | null }>(up.ready, [
    ...['deposit', 'ether', '--amount', '2', '--account', '1'],
  ]);
  expect(arrived.l2Token).toBeNull();
  expect(await l2.getBalance({ address: address(1) })).toBe(parseEther('5'));

  const account = privateKeyToAccount(up.ready.accounts[1]!.privateKey);
  const chain = {
    id: Number(chainId),
    name: 'ether',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpc] } },
  };
  const wallet = createWalletClient({ account, chain, transport: http(rpc) });
  const hash = await wallet.sendTransaction({ to: address(3), value: parseEther('1') });
  const receipt = await l2.waitForTransactionReceipt({ hash, pollingInterval: 100 });
  const gasCost = receipt.gasUsed * receipt.effectiveGasPrice;
  const { l1Fee } = (await l2.request({
    method: 'eth_getTransactionReceipt',
    params: [hash],
  })) as unknown as { l1Fee: Hex };
  expect(BigInt(l1Fee)).toBeGreaterThan(0n);
  const left = await l2.getBalance({ address: address(1) });
  expect(left).toBe(parseEther('4') - gasCost - BigInt(l1Fee));
  const vaults = await Promise.all(
    [PREDEPLOYS.baseFeeVault, PREDEPLOYS.dataFeeVault].map((vault) => l2.getBalance({ address: vault })),
  );
  expect(vaults.every((balance) => balance > 0n)).toBe(true);

  const { settlement } = await cliJson<Ledger>(up.ready, ['destroy', 'ether', '--yes']);
  expect(settlement.counts.paid).toBe(settlement.counts.total);
  expect(settlement.items.map(({ asset }) => [asset.type, asset.l1Token])).toEqual(
    settlement.items.map(() => ['erc20', null]),
  );
  const paid = (owner: Hex): bigint =>
    settlement.items
      .filter((item) => item.owner.toLowerCase() === owner.toLowerCase())
      .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  expect([paid(address(1)), paid(address(2)), paid(address(3))]).toEqual([left, drip, parseEther('1')]);
  const balances = await Promise.all([base, data].map((owner) => l1.getBalance({ address: owner })));
  expect(balances).toEqual([paid(base), paid(data)]);
  expect(balances.every((balance) => balance > 0n)).toBe(true);
  // Not a wei is left behind of what was locked and deposited; the bridge still holds the escrow for its time.
  const total = settlement.items.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  expect(total).toBeGreaterThanOrEqual(parseEther('25'));
  expect(
    await l1.readContract({ address: contracts.bridge, abi: bridgeAbi, functionName: 'locked', args: [zeroAddress] }),
  ).toBe(0n);
});

test.concurrent('a layer of an ERC-20 takes what the platform locks, and gives it back', {
  timeout: 180_000,
}, async () => {
  const sender = await TransactionSender.create(
    {
      rpcUrl: up.ready.l1Url,
      chainId: up.ready.l1ChainId,
      privateKey: up.ready.accounts[4]!.privateKey,
      pollIntervalMs: 100,
    },
    { logger: createLogger({ name: 'currency-test', level: 'silent' }) },
  );
  const bytecode = encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Gravel', 'GRV'] });
  const token = (await sender.send({ to: null, data: bytecode })).receipt.contractAddress!;
  const launch = ['launch', 'gravel', '--block-time', '0.5', '--currency', 'erc20', '--currency-token', token];
  const genesis = ['--symbol', 'GRV', '--genesis', `${address(5)}=7`, '--engine', 'ethereumjs', '--history', '200'];
  const target = ['--json', '--url', up.ready.url, '--token', up.ready.token];
  const poor = await runCli([...launch, ...genesis, ...target]);
  expect(JSON.parse(poor.stderr)).toMatchObject({
    error: { code: 'INVALID_ARGUMENT', hint: expect.stringContaining(platform) },
  });
  for (const [to, amount] of [
    [platform, '7'],
    [address(4), '2'],
  ] as const) {
    const data = encodeFunctionData({ abi: demoErc20Abi, functionName: 'mint', args: [to, parseEther(amount)] });
    await sender.send({ to: token, data });
  }
  const { flashlayer } = await cliJson<Detail>(up.ready, [...launch, ...genesis]);
  expect(await cliJson(up.ready, ['info', 'gravel'])).toMatchObject({
    flashlayer: { settings: { currencyMode: 'erc20', engine: 'ethereumjs', history: 200 } },
  });
  const dry = await runCli(['faucet', 'gravel', address(5), ...target]);
  expect(JSON.parse(dry.stderr)).toMatchObject({ error: { code: 'FAILED_PRECONDITION' } });
  await cliJson(up.ready, ['deposit', 'gravel', '--asset', token, '--amount', '2', '--account', '4']);
  const l2 = createPublicClient({ transport: http(flashlayer.resources.rpc) });
  expect(await l2.getBalance({ address: address(4) })).toBe(parseEther('2'));
  expect(await l2.getBalance({ address: address(5) })).toBe(parseEther('7'));
  const { settlement } = await cliJson<Ledger>(up.ready, ['destroy', 'gravel', '--yes']);
  expect(settlement.counts).toMatchObject({ total: 2, paid: 2 });
  const balances = await Promise.all(
    [4, 5].map((index) =>
      l1.readContract({ address: token, abi: demoErc20Abi, functionName: 'balanceOf', args: [address(index)] }),
    ),
  );
  expect(balances).toEqual([parseEther('2'), parseEther('7')]);
});
