import { type Hex, toHex } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signTransfer, TEST_USERS } from '../producer/testing.ts';
import { RealNode } from './testing/real-node.ts';

const GWEI = 1_000_000_000n;
const RECIPIENT: Hex = `0x${'99'.repeat(20)}`;

/** JSON-RPC of a chain that auctions places; real sub-slots of 50 ms. */
let node: RealNode;
beforeAll(async () => {
  node = await RealNode.start({ genesis: { gasless: false, minBaseFee: 1n }, mempool: { ordering: 'pga' } });
});
afterAll(() => node[Symbol.asyncDispose]());

const sign = async (user: number, nonce: number, tip: bigint, gasPrice = 5n * GWEI): Promise<Hex> =>
  toHex(await signTransfer(TEST_USERS[user]!, { nonce, to: RECIPIENT, value: 1n, tip, gasPrice }));

test('the methods that wait answer with the execution, the others at once', async () => {
  const raws = await Promise.all([sign(0, 0, 7n * 10n ** 7n), sign(1, 0, 9n * 10n ** 7n)]);
  const [first, second] = await Promise.all([
    node.call<{ outcome: { status: Hex; effectiveGasPrice: Hex }; preconfirmation: object }>(
      'tephra_sendRawTransactionSync',
      raws[0],
    ),
    node.call<{ status: Hex; blockHash: Hex }>('eth_sendRawTransactionSync', raws[1]),
  ]);
  expect(first.outcome.status).toBe('0x1');
  expect(first.preconfirmation).toBeDefined();
  expect(second).toMatchObject({ status: '0x1', blockHash: expect.stringMatching(/^0x[0-9a-f]{64}$/) });
  const hash = await node.call<Hex>('eth_sendRawTransaction', await sign(0, 1, 1n));
  expect(await node.call('eth_getTransactionByHash', hash)).toMatchObject({ hash, nonce: '0x1' });
});

test('a tip is suggested from what others pay', async () => {
  // 60 % of the way through what was paid, and never nothing.
  const suggested = BigInt(await node.call<Hex>('eth_maxPriorityFeePerGas'));
  expect(suggested).toBeGreaterThanOrEqual(1_000_000n);
  expect(suggested).toBeLessThanOrEqual(9n * 10n ** 7n);
  expect(BigInt(await node.call<Hex>('eth_gasPrice'))).toBeGreaterThan(suggested);
});

test('who waits for a transaction that is replaced hears of it, and the pool shows the other', async () => {
  const waiting = node.call('tephra_sendRawTransactionSync', await sign(2, 4, 100n, 4n * GWEI), '0x7530');
  const refused = expect(waiting).rejects.toThrow(/dropped: replaced by 0x/);
  const shown = async () =>
    Object.values(
      (await node.call<{ queued: Record<string, object> }>('txpool_contentFrom', TEST_USERS[2]!.address)).queued,
    );
  while ((await shown()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await expect(node.call('eth_sendRawTransaction', await sign(2, 4, 101n, 5n * GWEI))).rejects.toThrow(
    'replacement transaction underpriced',
  );
  const hash = await node.call<Hex>('eth_sendRawTransaction', await sign(2, 4, 200n, 5n * GWEI));
  await refused;
  expect(await shown()).toMatchObject([{ hash }]);
});
