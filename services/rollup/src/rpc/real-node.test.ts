import type { Hex } from '@tephra/protocol';
import {
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeAbiParameters,
  http,
  keccak256,
  numberToHex,
  webSocket,
} from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TEST_CHAIN_ID, TEST_USERS } from '../producer/testing.ts';
import { COUNTER, deployCode } from './testing/contracts.ts';
import { RealNode } from './testing/real-node.ts';

/** RPC on the real producer, which seals every 100 ms while the tests run. */
let node: RealNode;
beforeAll(async () => {
  node = await RealNode.start({ blockTimeMs: 100 });
});
afterAll(() => node[Symbol.asyncDispose]());

function clients() {
  const chain = defineChain({
    id: Number(TEST_CHAIN_ID),
    name: 'real',
    nativeCurrency: { name: 'Test', symbol: 'TST', decimals: 18 },
    rpcUrls: { default: { http: [node.url], webSocket: [node.wsUrl] } },
  });
  return {
    reader: createPublicClient({ chain, transport: http(), pollingInterval: 20, cacheTime: 0 }),
    live: createPublicClient({ chain, transport: webSocket(node.wsUrl) }),
    wallet: (index: number) => createWalletClient({ chain, transport: http(), account: TEST_USERS[index]! }),
  };
}

test('viem deploys, calls and reads what it did', async () => {
  const { reader, wallet } = clients();
  const deployer = wallet(2);
  const hash = await deployer.sendTransaction({ data: deployCode(COUNTER) });
  const { contractAddress, status } = await reader.waitForTransactionReceipt({ hash });
  expect(status).toBe('success');
  const counter = contractAddress!;
  for (let i = 1n; i <= 3n; i++) {
    const receipt = await reader.waitForTransactionReceipt({ hash: await deployer.sendTransaction({ to: counter }) });
    expect(BigInt(receipt.logs[0]!.data)).toBe(i);
  }
  expect(await reader.getLogs({ address: counter, fromBlock: 0n, toBlock: 'latest' })).toHaveLength(3);
  const proof = await reader.getProof({ address: counter, storageKeys: [numberToHex(0, { size: 32 })] });
  expect(proof.storageProof[0]?.value).toBe(3n);
});

test('the nonce of the open block never goes back while blocks are sealed', async () => {
  const { reader, wallet } = clients();
  const sender = wallet(3);
  const address = sender.account.address;
  for (let nonce = 0; nonce < 60; nonce++) {
    expect(await reader.getTransactionCount({ address, blockTag: 'pending' })).toBe(nonce);
    await sender.sendTransaction({ to: address, gas: 21_000n, nonce, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n });
    expect(await reader.getBalance({ address, blockTag: 'pending' })).toBe(10n ** 21n);
  }
});

test('both kinds of synchronous sending', async () => {
  const account = TEST_USERS[4]!;
  const sign = (nonce: number): Promise<Hex> =>
    account.signTransaction({
      type: 'eip1559',
      chainId: Number(TEST_CHAIN_ID),
      nonce,
      gas: 21_000n,
      to: account.address,
    });
  const promised = await node.call<{
    preconfirmation: { transactionHash: Hex; blockNumber: Hex; transactionIndex: Hex };
  }>('tephra_sendRawTransactionSync', await sign(0));
  const sealed = await node.call<{ status: Hex; blockHash: Hex }>('eth_sendRawTransactionSync', await sign(1));
  expect(sealed).toMatchObject({ status: '0x1' });
  // The promise was kept.
  const { transactionHash, blockNumber, transactionIndex } = promised.preconfirmation;
  expect(await node.call('eth_getTransactionReceipt', transactionHash)).toMatchObject({
    blockNumber,
    transactionIndex,
  });
  // One behind a gap is answered as soon as the gap is filled.
  const waiting = await sign(3);
  const later = node.call<{ outcome: { status: Hex } }>('tephra_sendRawTransactionSync', waiting);
  await expect.poll(() => node.call('txpool_status')).toMatchObject({ queued: '0x1' });
  expect(await node.call('eth_getTransactionByHash', keccak256(waiting))).toMatchObject({ nonce: '0x3' });
  await node.call('eth_sendRawTransaction', await sign(2));
  expect((await later).outcome.status).toBe('0x1');
});

test('a batch sends many and reads what they did', async () => {
  const account = TEST_USERS[5]!;
  const raws = await Promise.all(
    Array.from({ length: 200 }, (_, nonce) =>
      account.signTransaction({
        type: 'eip1559',
        chainId: Number(TEST_CHAIN_ID),
        nonce,
        gas: 21_000n,
        to: account.address,
      }),
    ),
  );
  const calls = raws.map((raw, id) => ({ jsonrpc: '2.0', id, method: 'eth_sendRawTransaction', params: [raw] }));
  const count = {
    jsonrpc: '2.0',
    id: 'count',
    method: 'eth_getTransactionCount',
    params: [account.address, 'pending'],
  };
  const response = await fetch(node.url, { method: 'POST', body: JSON.stringify([...calls, count]) });
  const answers = (await response.json()) as { id: unknown; result: Hex }[];
  expect(answers.slice(0, -1).map(({ result }) => result)).toEqual(raws.map((raw) => keccak256(raw)));
  expect(answers.at(-1)).toEqual({ jsonrpc: '2.0', id: 'count', result: '0xc8' });
});

test('every head arrives once and in order', async () => {
  const { live } = clients();
  const numbers: bigint[] = [];
  const stop = live.watchBlocks({ onBlock: ({ number }) => numbers.push(number), emitMissed: false });
  await expect.poll(() => numbers.length, { timeout: 10_000 }).toBeGreaterThan(5);
  stop();
  expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + BigInt(i)));
  (await live.transport.getRpcClient()).close();
});

test('the faucet drips to a newcomer', async () => {
  const to = `0x${'e1'.repeat(20)}`;
  const hashes = await Promise.all([1, 2, 3].map(() => node.call<Hex>('admin_drip', to, '0x64')));
  expect(new Set(hashes).size).toBe(3);
  expect(await node.call('eth_getBalance', to, 'pending')).toBe('0x12c');
  await expect(node.call('admin_drip', to, numberToHex(10n ** 30n))).rejects.toThrow('the faucet could not send');
});

test('a trace uses the gas that the receipt names, for the protocol’s own transactions too', async () => {
  const data = encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [TEST_USERS[0]!.address, 5n]);
  node.l1.deliver({ kind: 'depositEth', data });
  const sealed = () => node.chain.chain.head().number;
  const before = sealed();
  await expect.poll(sealed).toBeGreaterThan(before + 2n);
  const head = Number(sealed());
  let system = 0;
  for (let number = 1; number <= head; number++) {
    const ref = numberToHex(number);
    const receipts = await node.call<{ gasUsed: Hex; type: Hex }[]>('eth_getBlockReceipts', ref);
    const traces = await node.call<{ result: { gasUsed: Hex } }[]>('debug_traceBlockByNumber', ref, {
      tracer: 'callTracer',
    });
    expect(traces.map(({ result }) => result.gasUsed)).toEqual(receipts.map(({ gasUsed }) => gasUsed));
    system += receipts.filter(({ type }) => type === '0x7e').length;
  }
  expect(system).toBeGreaterThan(0);
});
