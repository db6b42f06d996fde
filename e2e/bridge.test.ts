/** Tokens of every standard to a layer and back, and what was born on the layer to its L1 twin, all by the command line. */
import { createLogger } from '@tephra/core';
import { bridgeAbi, demoErc20Abi, demoErc20Bytecode, demoNftAbi, demoNftBytecode, TransactionSender } from '@tephra/l1';
import {
  createPublicClient,
  encodeDeployData,
  encodeFunctionData,
  erc20Abi,
  erc721Abi,
  erc1155Abi,
  type Hex,
  http,
  type PublicClient,
  parseEther,
  zeroAddress,
  zeroHash,
} from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileAssets } from '../services/rollup/src/settlement/testing/compile.ts';
import { cliJson, startUp, type Up } from './support/up.ts';

type Detail = {
  flashlayer: { resources: { rpc: string; chainId: string } };
  contracts: { bridge: Hex; nativeTwin: Hex };
};
type Deposit = { l2Token: Hex };
type Withdrawal = { paid: boolean; l1TransactionHash: Hex };

let up: Up;
let l1: PublicClient;
let l2: PublicClient;
let detail: Detail;
/** Accounts 0 to 3 act at the same time, each with its own nonces. */
const address = (index: number): Hex => up.ready.accounts[index]!.address;

beforeAll(async () => {
  up = await startUp(['--ephemeral', '--challenge-period', '2']);
  l1 = createPublicClient({ transport: http(up.ready.l1Url) });
  detail = await cliJson<Detail>(up.ready, [
    ...['launch', 'bridged', '--block-time', '0.5', '--genesis', `${address(3)}=50`],
  ]);
  l2 = createPublicClient({ transport: http(detail.flashlayer.resources.rpc) });
});
afterAll(async () => {
  await up?.end();
});

const senderOn = (side: 'l1' | 'l2', index: number): Promise<TransactionSender> =>
  TransactionSender.create(
    {
      rpcUrl: side === 'l1' ? up.ready.l1Url : detail.flashlayer.resources.rpc,
      chainId: side === 'l1' ? up.ready.l1ChainId : Number(detail.flashlayer.resources.chainId),
      privateKey: up.ready.accounts[index]!.privateKey,
      pollIntervalMs: 100,
    },
    { logger: createLogger({ name: 'bridge-test', level: 'silent' }) },
  );

/** Deploys the demo collection and mints its first token to the deployer. */
async function collectionOf(sender: TransactionSender): Promise<Hex> {
  const data = encodeDeployData({
    abi: demoNftAbi,
    bytecode: demoNftBytecode,
    args: ['Pebbles', 'PEB', 'ipfs://pebbles/', zeroHash, 250n],
  });
  const { receipt } = await sender.send({ to: null, data });
  const collection = receipt.contractAddress!;
  await sender.send({
    to: collection,
    data: encodeFunctionData({ abi: demoNftAbi, functionName: 'mintTo', args: [sender.address] }),
  });
  return collection;
}

const run = <T>(index: number, args: string[]): Promise<T> =>
  cliJson<T>(up.ready, [args[0]!, 'bridged', ...args.slice(1), '--account', String(index)]);

test.concurrent('an ERC-20 goes to the layer and comes back', { timeout: 180_000 }, async () => {
  const sender = await senderOn('l1', 0);
  const data = encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Gravel', 'GRV'] });
  const token = (await sender.send({ to: null, data })).receipt.contractAddress!;
  await sender.send({
    to: token,
    data: encodeFunctionData({ abi: demoErc20Abi, functionName: 'mint', args: [address(0), parseEther('100')] }),
  });
  const { l2Token } = await run<Deposit>(0, ['deposit', '--asset', token, '--amount', '40.5']);
  const onLayer = { address: l2Token, abi: erc20Abi } as const;
  expect(await l2.readContract({ ...onLayer, functionName: 'balanceOf', args: [address(0)] })).toBe(parseEther('40.5'));
  expect(await l2.readContract({ ...onLayer, functionName: 'symbol' })).toBe('GRV');
  const back = await run<Withdrawal>(0, ['withdraw', '--asset', token, '--amount', '40.5', '--finalise']);
  expect(back.paid).toBe(true);
  const balanceOf = { address: token, abi: erc20Abi, functionName: 'balanceOf', args: [address(0)] } as const;
  expect(await l1.readContract(balanceOf)).toBe(parseEther('100'));
  expect(await l2.readContract({ ...onLayer, functionName: 'totalSupply' })).toBe(0n);
});

test.concurrent('an ERC-721 goes to the layer and comes back', { timeout: 180_000 }, async () => {
  const token = await collectionOf(await senderOn('l1', 1));
  const { l2Token } = await run<Deposit>(1, ['deposit', '--asset', token, '--token-id', '1']);
  const onLayer = { address: l2Token, abi: erc721Abi, args: [1n] } as const;
  expect(await l2.readContract({ ...onLayer, functionName: 'ownerOf' })).toBe(address(1));
  expect(await l2.readContract({ ...onLayer, functionName: 'tokenURI' })).toBe('ipfs://pebbles/1');
  const ownerOf = { address: token, abi: erc721Abi, functionName: 'ownerOf', args: [1n] } as const;
  expect(await l1.readContract(ownerOf)).toBe(detail.contracts.bridge);
  const back = await run<Withdrawal>(1, ['withdraw', '--asset', l2Token, '--token-id', '1', '--finalise']);
  expect(back.paid).toBe(true);
  expect(await l1.readContract(ownerOf)).toBe(address(1));
});

test.concurrent('an NFT born on the layer leaves for its twin', { timeout: 180_000 }, async () => {
  const token = await collectionOf(await senderOn('l2', 2));
  const left = await run<Withdrawal>(2, [
    'withdraw',
    '--asset',
    token,
    '--token-id',
    '1',
    '--to',
    address(4),
    '--finalise',
  ]);
  expect(left.paid).toBe(true);
  const twin = await l1.readContract({
    address: detail.contracts.bridge,
    abi: bridgeAbi,
    functionName: 'twinOf',
    args: [token],
  });
  const onL1 = { address: twin, abi: erc721Abi } as const;
  expect(await l1.readContract({ ...onL1, functionName: 'ownerOf', args: [1n] })).toBe(address(4));
  expect(await l1.readContract({ ...onL1, functionName: 'tokenURI', args: [1n] })).toBe('ipfs://pebbles/1');
  expect(await l1.readContract({ ...onL1, functionName: 'name' })).toBe('Pebbles');
});

test.concurrent('native coin leaves for its twin, finalised in a second step', { timeout: 180_000 }, async () => {
  const { outboxIndex } = await run<{ outboxIndex: string }>(3, ['withdraw', '--amount', '12.5']);
  const done = await run<Withdrawal>(3, ['withdraw', '--finalise', '--index', outboxIndex]);
  expect(done.paid).toBe(true);
  const twin = { address: detail.contracts.nativeTwin, abi: erc20Abi } as const;
  expect(await l1.readContract({ ...twin, functionName: 'balanceOf', args: [address(3)] })).toBe(parseEther('12.5'));
  const again = await run<{ l1TransactionHash: null }>(3, ['withdraw', '--finalise', '--index', outboxIndex]);
  expect(again.l1TransactionHash).toBeNull();
});

test.concurrent('a transaction goes through the L1 past the sequencer, and once only', {
  timeout: 180_000,
}, async () => {
  type Forced = { transactionHash: Hex; outcome: 'executed' | 'skipped'; status?: string; reason?: string };
  const forced = await run<Forced>(5, ['force', '--to', address(6), '--data', '0x1234', '--gas', '50000']);
  expect(forced).toMatchObject({ outcome: 'executed', status: 'success' });
  const { from, to, input } = await l2.getTransaction({ hash: forced.transactionHash });
  expect([from, to, input]).toEqual([address(5).toLowerCase(), address(6).toLowerCase(), '0x1234']);
  // Anybody may deliver it; the second time its nonce is used.
  const { request } = l2;
  const raw = (await request({
    method: 'eth_getRawTransactionByHash' as never,
    params: [forced.transactionHash] as never,
  })) as Hex;
  expect(await run<Forced>(7, ['force', raw])).toMatchObject({
    outcome: 'skipped',
    reason: 'nonceTooLow',
    transactionHash: forced.transactionHash,
  });
});

test.concurrent('units of an ERC-1155 go to the layer and come back, others leave it for their twin', {
  timeout: 180_000,
}, async () => {
  const { abi, bytecode } = compileAssets().Items!;
  const make = async (side: 'l1' | 'l2'): Promise<Hex> => {
    const sender = await senderOn(side, 8);
    const data = encodeDeployData({ abi, bytecode, args: [false] });
    const token = (await sender.send({ to: null, data })).receipt.contractAddress!;
    await sender.send({
      to: token,
      data: encodeFunctionData({ abi, functionName: 'mint', args: [address(8), 3n, 50n] }),
    });
    return token;
  };
  const units = { abi: erc1155Abi, functionName: 'balanceOf', args: [address(8), 3n] } as const;

  const guest = await make('l1');
  const { l2Token } = await run<Deposit>(8, ['deposit', '--asset', guest, '--token-id', '3', '--amount', '20']);
  expect(await l2.readContract({ address: l2Token, ...units })).toBe(20n);
  const back = await run<Withdrawal>(8, [
    ...['withdraw', '--asset', guest, '--token-id', '3', '--amount', '20', '--finalise'],
  ]);
  expect([back.paid, await l1.readContract({ address: guest, ...units })]).toEqual([true, 50n]);

  const born = await make('l2');
  const left = await run<Withdrawal>(8, [
    ...['withdraw', '--asset', born, '--token-id', '3', '--amount', '7', '--finalise'],
  ]);
  expect(left.paid).toBe(true);
  const twin = await l1.readContract({
    address: detail.contracts.bridge,
    abi: bridgeAbi,
    functionName: 'tokenTwin',
    args: [born, 2, zeroAddress],
  });
  expect(await l1.readContract({ address: twin, ...units })).toBe(7n);
});

test.concurrent('an ERC-20 born on the layer leaves for its twin', { timeout: 180_000 }, async () => {
  const sender = await senderOn('l2', 6);
  const data = encodeDeployData({ abi: demoErc20Abi, bytecode: demoErc20Bytecode, args: ['Ember', 'EMB'] });
  const born = (await sender.send({ to: null, data })).receipt.contractAddress!;
  const mint = [address(6), parseEther('9')] as const;
  await sender.send({ to: born, data: encodeFunctionData({ abi: demoErc20Abi, functionName: 'mint', args: mint }) });
  const left = await run<Withdrawal>(6, ['withdraw', '--asset', born, '--amount', '2.5', '--finalise']);
  expect(left.paid).toBe(true);
  const twin = await l1.readContract({
    address: detail.contracts.bridge,
    abi: bridgeAbi,
    functionName: 'tokenTwin',
    args: [born, 0, zeroAddress],
  });
  const onL1 = { address: twin, abi: erc20Abi } as const;
  expect(await l1.readContract({ ...onL1, functionName: 'balanceOf', args: [address(6)] })).toBe(parseEther('2.5'));
  expect(await l1.readContract({ ...onL1, functionName: 'symbol' })).toBe('EMB');
});
