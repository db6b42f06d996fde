import type { Hex } from '@tephra/protocol';
import { keccak256, numberToHex, parseTransaction } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RpcTransaction } from './format/transaction.ts';
import { COUNTER, deployCode } from './testing/contracts.ts';
import { RealNode } from './testing/real-node.ts';
import { alice, bob, TestNode } from './testing/test-node.ts';

let node: TestNode;
let counter: Hex;
const slot = (value: bigint | number): Hex => numberToHex(value, { size: 32 });

beforeAll(async () => {
  node = await TestNode.start();
  counter = await node.deploy(COUNTER);
  await node.send({ to: counter });
  await node.chain.seal();
});
afterAll(() => node.stop());

const error = async (method: string, ...params: unknown[]) => (await node.ask(method, params)).error;

describe('eth_config', () => {
  test('tells the one set of rules', async () => {
    const { current, next, last } = await node.call<Record<string, never>>('eth_config');
    expect({ next, last }).toEqual({ next: null, last: null });
    expect(current).toMatchObject({
      activationTime: 1_760_000_000,
      chainId: '0x1092',
      blobSchedule: { max: 0, target: 0 },
      precompiles: {
        ECREC: '0x0000000000000000000000000000000000000001',
        KZG_POINT_EVALUATION: '0x000000000000000000000000000000000000000a',
        BLS12_MAP_FP2_TO_G2: '0x0000000000000000000000000000000000000011',
      },
      systemContracts: { HISTORY_STORAGE_ADDRESS: '0x0000f90827f1c53a10cb7a02335b175320002935' },
    });
    expect((current as unknown as { forkId: Hex }).forkId).toMatch(/^0x[0-9a-f]{8}$/);
  });
});

describe('eth_fillTransaction', () => {
  type Filled = { raw: Hex; tx: RpcTransaction };

  test('gives what lacks, so that signing and sending is all that is left', async () => {
    const { raw, tx } = await node.call<Filled>('eth_fillTransaction', { from: alice.address, to: counter });
    expect(tx).toMatchObject({ type: '0x2', chainId: '0x1092', to: counter, value: '0x0', input: '0x' });
    expect(BigInt(tx.nonce)).toBe(BigInt(await node.call<Hex>('eth_getTransactionCount', alice.address, 'pending')));
    const signed = await alice.signTransaction(parseTransaction(raw) as never);
    const hash = await node.call<Hex>('eth_sendRawTransaction', signed);
    await node.chain.seal();
    expect(await node.call('eth_getTransactionReceipt', hash)).toMatchObject({ status: '0x1' });
  });

  test('keeps what is given', async () => {
    const given = { nonce: '0x7', gas: '0x5208', value: '0x3' };
    const request = { from: alice.address, to: bob.address, ...given };
    const legacy = await node.call<Filled>('eth_fillTransaction', { ...request, gasPrice: '0x77359400' });
    expect(legacy.tx).toMatchObject({ type: '0x0', gasPrice: '0x77359400', ...given });
    const dynamic = await node.call<Filled>('eth_fillTransaction', { ...request, maxPriorityFeePerGas: '0x5' });
    expect(dynamic.tx).toMatchObject({ type: '0x2', maxPriorityFeePerGas: '0x5', accessList: [], ...given });
    expect(parseTransaction(dynamic.raw)).toMatchObject({ nonce: 7, gas: 21_000n, value: 3n });
    const list = [{ address: bob.address, storageKeys: [slot(1)] }];
    const old = { ...request, gasPrice: '0x77359400', accessList: list };
    expect((await node.call<Filled>('eth_fillTransaction', old)).tx.type).toBe('0x1');
  });

  test('needs a sender', async () => {
    expect((await error('eth_fillTransaction', { to: bob.address }))?.message).toBe('from must be set');
  });
});

describe('eth_getStorageValues', () => {
  test('reads many slots of many accounts, of any block', async () => {
    const nobody = `0xc1cada${'f'.repeat(34)}`;
    const before = numberToHex(node.chain.head().number - 1n);
    const now = await node.call<Record<string, Hex[]>>('eth_getStorageValues', {
      [counter]: ['0x0', slot(1)],
      [nobody]: [slot(5)],
    });
    expect(now).toEqual({ [counter]: [slot(2), slot(0)], [nobody]: [slot(0)] });
    expect(await node.call('eth_getStorageValues', { [counter]: ['0x0'] }, before)).toEqual({ [counter]: [slot(1)] });
  });

  test.each([
    [{}, 'empty request'],
    [{ '0x12': ['0x0'] }, 'want 40'],
    [{ [`0x${'1'.repeat(40)}`]: ['0xzz'] }, 'invalid hex string'],
    [{ [`0x${'1'.repeat(40)}`]: Array.from({ length: 1_025 }, () => '0x0') }, 'too many slots (max 1024)'],
  ])('refuses %.60j', async (request, words) => {
    expect(await error('eth_getStorageValues', request)).toMatchObject({
      code: -32602,
      message: expect.stringContaining(words),
    });
  });
});

test('transactions have their raw form at their place', async () => {
  const { header, transactions } = await node.chain.blockByNumber(2n)!;
  const raw = transactions[0]!.raw;
  expect(await node.call('eth_getRawTransactionByBlockNumberAndIndex', '0x2', '0x0')).toBe(raw);
  expect(await node.call('eth_getRawTransactionByBlockHashAndIndex', header.hash, '0x0')).toBe(raw);
  expect(await node.call('eth_getRawTransactionByBlockNumberAndIndex', '0x2', '0x9')).toBe('0x');
  expect(await node.call('eth_getRawTransactionByBlockHashAndIndex', slot(1), '0x0')).toBe('0x');
  await node.send({ to: bob.address });
  const open = node.chain.open()!.transactions[0]!;
  expect(await node.call('eth_getRawTransactionByBlockNumberAndIndex', 'pending', '0x0')).toBe(open.raw);
  expect(keccak256(open.raw)).toBe(open.hash);
  await node.chain.seal();
});

test('the fee of the next block is that of the open one', async () => {
  expect(await node.call('eth_baseFee')).toBe(numberToHex(node.chain.open()!.context.baseFeePerGas));
});

test('what does not exist on such a chain is empty', async () => {
  expect(await node.call('eth_getUncleByBlockNumberAndIndex', 'latest', '0x0')).toBeNull();
  expect(await node.call('eth_getUncleByBlockHashAndIndex', node.chain.head().hash, '0x0')).toBeNull();
  expect(await node.call('debug_getBadBlocks')).toEqual([]);
  expect(await node.call('eth_coinbase')).toBe(node.chain.head().coinbase);
});

test.each([
  ['eth_sendTransaction', 'keeps no keys'],
  ['personal_sign', 'keeps no keys'],
  ['eth_getWork', 'not mined'],
  ['trace_block', 'callTracer'],
  ['engine_newPayloadV3', 'no consensus client'],
])('%s is unknown, and the answer says why', async (method, words) => {
  const answer = await error(method);
  expect(answer?.code).toBe(-32601);
  expect(answer?.message).toContain(`the method ${method} does not exist/is not available: `);
  expect(answer?.message).toContain(words);
});

test.each(['constructor_x', '__proto___x', 'toString', 'eth_toString', '_'])('%s is just unknown', async (method) => {
  expect(await error(method)).toEqual({
    code: -32601,
    message: `the method ${method} does not exist/is not available`,
  });
});

test('a filter gives whole pending transactions when asked to', async () => {
  const hashes = await node.call<Hex>('eth_newPendingTransactionFilter');
  const whole = await node.call<Hex>('eth_newPendingTransactionFilter', true);
  const hash = await node.send({ to: bob.address, value: 9n });
  expect(await node.call('eth_getFilterChanges', hashes)).toEqual([hash]);
  const [transaction] = await node.call<RpcTransaction[]>('eth_getFilterChanges', whole);
  expect(transaction).toEqual(await node.call('eth_getTransactionByHash', hash));
  expect(transaction).toMatchObject({ hash, value: '0x9', blockHash: null });
  expect(await node.call('eth_getFilterChanges', whole)).toEqual([]);
  await node.chain.seal();
});

test('ids of filters are quantities, however they are written again', async () => {
  const ids = await Promise.all(Array.from({ length: 40 }, () => node.call<Hex>('eth_newBlockFilter')));
  for (const id of ids) expect(id).toMatch(/^0x[1-9a-f][0-9a-f]*$/);
  const [first, second] = ids as [Hex, Hex];
  expect(await node.call('eth_getFilterChanges', `0x0${first.slice(2)}`)).toEqual([]);
  expect(await node.call('eth_uninstallFilter', first.toUpperCase().replace('0X', '0x'))).toBe(true);
  expect(await node.call('eth_uninstallFilter', first)).toBe(false);
  expect(await node.call('eth_uninstallFilter', second)).toBe(true);
  expect((await error('eth_getFilterChanges', '0x'))?.message).toContain('invalid filter id');
});

test('transactions of the protocol show the nonces of their sender', async () => {
  await using real = await RealNode.start();
  await real.call('admin_drip', bob.address, '0x1');
  const seen: bigint[] = [];
  let sender: Hex | undefined;
  for (let round = 0; round < 2; round++) {
    real.l1.deliver({ kind: 'depositEth', data: `0x${slot(BigInt(bob.address)).slice(2)}${slot(1).slice(2)}` });
    const [block] = await real.chain.events.next('sealed', ({ transactions }) =>
      transactions.some(({ raw }) => raw.startsWith('0x7e')),
    );
    for (const { hash, raw } of block.transactions) {
      if (!raw.startsWith('0x7e')) continue;
      const transaction = await real.call<RpcTransaction>('eth_getTransactionByHash', hash);
      const receipt = await real.call<{ depositNonce: Hex }>('eth_getTransactionReceipt', hash);
      expect(receipt.depositNonce).toBe(transaction.nonce);
      seen.push(BigInt(transaction.nonce));
      sender = transaction.from;
    }
  }
  expect(seen).toEqual(seen.map((_, i) => BigInt(i)));
  expect(seen.length).toBeGreaterThanOrEqual(4);
  expect(BigInt(await real.call<Hex>('eth_getTransactionCount', sender))).toBe(BigInt(seen.length));
});

test('a counter can be deployed by what eth_fillTransaction says', async () => {
  const { tx } = await node.call<{ tx: RpcTransaction }>('eth_fillTransaction', {
    from: alice.address,
    input: deployCode(COUNTER),
  });
  expect(tx.to).toBeNull();
  expect(BigInt(tx.gas)).toBeGreaterThan(53_000n);
});
