/** What was born on one layer lives on in the next: twins on the L1, brought along, played with, and settled back. */
import { createLogger } from '@tephra/core';
import { demoErc20Abi, demoErc20Bytecode, demoNftAbi, demoNftBytecode, TransactionSender } from '@tephra/l1';
import { createPublicClient, encodeDeployData, encodeFunctionData, type Hex, http, zeroHash } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliJson, runCli, startUp, type Up } from './support/up.ts';

type Imported = { standard: string; oldToken: Hex | null; l1Twin: Hex; l2Token: Hex };
type Detail = {
  flashlayer: { id: string; resources: { rpc: string; chainId: string } };
  contracts: { rollup: Hex };
  steps: { name: string; status: string }[];
  imports: { from: Hex; tokens: Imported[] } | null;
};

let up: Up;
beforeAll(async () => {
  up = await startUp(['--ephemeral', '--challenge-period', '2']);
});
afterAll(async () => {
  await up?.end();
});

const address = (index: number): Hex => up.ready.accounts[index]!.address;
const senderOn = ({ flashlayer: { resources } }: Detail, index: number): Promise<TransactionSender> =>
  TransactionSender.create(
    {
      rpcUrl: resources.rpc,
      chainId: Number(resources.chainId),
      privateKey: up.ready.accounts[index]!.privateKey,
      pollIntervalMs: 100,
    },
    { logger: createLogger({ name: 'import-test', level: 'silent' }) },
  );
const launch = (name: string, ...flags: string[]): Promise<Detail> =>
  cliJson<Detail>(up.ready, ['launch', name, '--block-time', '0.5', ...flags]);

test('tokens of a settled layer play on in the next one', { timeout: 240_000 }, async () => {
  const one = await launch('one', '--genesis', `${address(1)}=5`);
  const maker = await senderOn(one, 0);
  const [coin, nft] = await Promise.all([
    maker.send({
      to: null,
      data: encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Ember', 'EMB'] }),
    }),
    maker.send({
      to: null,
      data: encodeDeployData({
        abi: demoNftAbi,
        bytecode: demoNftBytecode,
        args: ['Pebbles', 'PEB', 'ipfs://pebbles/', zeroHash, 250n],
      }),
    }),
  ]);
  const born = { coin: coin.receipt.contractAddress!, nft: nft.receipt.contractAddress! };
  await maker.send({
    to: born.coin,
    data: encodeFunctionData({ abi: demoErc20Abi, functionName: 'mint', args: [address(1), 10n ** 20n] }),
  });
  await maker.send({
    to: born.nft,
    data: encodeFunctionData({ abi: demoNftAbi, functionName: 'mintTo', args: [address(1)] }),
  });
  const early = await runCli([
    ...['launch', 'early', '--import', 'one', '--json', '--url', up.ready.url, '--token', up.ready.token],
  ]);
  expect([early.code === 0, early.stderr]).toEqual([false, expect.stringContaining('FAILED_PRECONDITION')]);
  await cliJson(up.ready, ['destroy', 'one', '--yes']);

  const two = await launch('two', '--import', 'one');
  expect(two.steps.at(-1)).toMatchObject({ name: 'import', status: 'done' });
  expect(two.imports?.from).toBe(one.contracts.rollup);
  const imported = (oldToken: Hex | null): Imported => {
    const found = two.imports?.tokens.find((token) => token.oldToken?.toLowerCase() === oldToken?.toLowerCase());
    if (!found) throw new Error(`${oldToken} was not imported`);
    return found;
  };
  const tokens = { coin: imported(born.coin), nft: imported(born.nft), native: imported(null) };
  expect([tokens.coin.standard, tokens.nft.standard, tokens.native.standard]).toEqual(['erc20', 'erc721', 'erc20']);

  // Before anybody deposited, the images say what the twins say.
  const l2 = createPublicClient({ transport: http(two.flashlayer.resources.rpc) });
  const on2 = (token: Imported) => ({ address: token.l2Token, abi: demoNftAbi }) as const;
  expect(await l2.readContract({ ...on2(tokens.nft), functionName: 'name' })).toBe('Pebbles');
  expect(await l2.readContract({ ...on2(tokens.nft), functionName: 'owner' })).toBe(address(0));
  expect(await l2.readContract({ ...on2(tokens.nft), functionName: 'royaltyInfo', args: [1n, 10_000n] })).toEqual([
    address(0),
    250n,
  ]);
  expect(await l2.readContract({ ...on2(tokens.coin), functionName: 'symbol' })).toBe('EMB');

  const { deposits } = await cliJson<{ deposits: { kind: string; token: Hex; amount?: string }[] }>(up.ready, [
    ...['deposit', 'two', '--imported', '--account', '1'],
  ]);
  expect(deposits.map(({ token }) => token).sort()).toEqual(
    [tokens.coin, tokens.nft, tokens.native].map(({ l1Twin }) => l1Twin).sort(),
  );
  expect(await l2.readContract({ ...on2(tokens.nft), functionName: 'tokenURI', args: [1n] })).toBe('ipfs://pebbles/1');
  const player = await senderOn(two, 1);
  await player.send({
    to: tokens.nft.l2Token,
    data: encodeFunctionData({
      abi: demoNftAbi,
      functionName: 'transferFrom',
      args: [address(1), address(2), 1n],
    }),
  });
  await player.send({
    to: tokens.coin.l2Token,
    data: encodeFunctionData({ abi: demoErc20Abi, functionName: 'transfer', args: [address(2), 15n * 10n ** 18n] }),
  });
  await cliJson(up.ready, ['destroy', 'two', '--yes']);

  const l1 = createPublicClient({ transport: http(up.ready.l1Url) });
  const nftTwin = { address: tokens.nft.l1Twin, abi: demoNftAbi } as const;
  const coinTwin = { address: tokens.coin.l1Twin, abi: demoErc20Abi } as const;
  expect(await l1.readContract({ ...nftTwin, functionName: 'ownerOf', args: [1n] })).toBe(address(2));
  const balances = await Promise.all(
    [1, 2].map((index) => l1.readContract({ ...coinTwin, functionName: 'balanceOf', args: [address(index)] })),
  );
  expect(balances).toEqual([85n * 10n ** 18n, 15n * 10n ** 18n]);
});
