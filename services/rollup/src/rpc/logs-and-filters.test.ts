import type { Hex } from '@tephra/protocol';
import { numberToHex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COUNTER, EMITTER } from './testing/contracts.ts';
import { alice, TestNode } from './testing/test-node.ts';

let node: TestNode;
const deployed = { counter: '0x' as Hex, emitter: '0x' as Hex };

beforeAll(async () => {
  node = await TestNode.start();
  deployed.counter = await node.deploy(COUNTER);
  deployed.emitter = await node.deploy(EMITTER);
});
afterAll(() => node.stop());

describe('logs', () => {
  const word = (n: number) => numberToHex(n, { size: 32 });
  let first: bigint;
  beforeAll(async () => {
    first = node.chain.head().number + 1n;
    for (let i = 1; i <= 3; i++) {
      await node.send({ to: deployed.emitter, data: word(i) });
      await node.send({ to: deployed.counter });
      await node.chain.seal();
    }
  });

  test('by range, address and topics', async () => {
    const range = { fromBlock: numberToHex(first), toBlock: 'latest' };
    const all = await node.call<Record<string, unknown>[]>('eth_getLogs', range);
    expect(all).toHaveLength(6);
    expect(all.map(({ logIndex }) => logIndex)).toEqual(['0x0', '0x1', '0x0', '0x1', '0x0', '0x1']);
    const mine = await node.call<{ data: Hex; topics: Hex[] }[]>('eth_getLogs', {
      ...range,
      address: deployed.emitter,
      topics: [word(7), [`0x${'0'.repeat(24)}${alice.address.slice(2)}`]],
    });
    expect(mine.map(({ data }) => data)).toEqual([word(1), word(2), word(3)]);
    expect(await node.call('eth_getLogs', { ...range, topics: [word(8)] })).toEqual([]);
    const { hash } = node.chain.headerByNumber(first + 1n)!;
    expect(await node.call('eth_getLogs', { blockHash: hash })).toHaveLength(2);
    expect((await node.ask('eth_getLogs', [{ blockHash: word(1) }])).error?.message).toBe('unknown block');
    expect((await node.ask('eth_getLogs', [{ fromBlock: '0x5', toBlock: '0x1' }])).error?.message).toBe(
      'invalid block range params',
    );
  });

  test('filters tell what is new, and what was rolled back', async () => {
    const logs = await node.call<Hex>('eth_newFilter', { address: deployed.emitter });
    const blocks = await node.call<Hex>('eth_newBlockFilter');
    const pending = await node.call<Hex>('eth_newPendingTransactionFilter');
    expect(await node.call('eth_getFilterChanges', logs)).toEqual([]);

    const hash = await node.send({ to: deployed.emitter, data: word(9) });
    const sealed = await node.chain.seal();
    expect(await node.call('eth_getFilterChanges', pending)).toEqual([hash]);
    expect(await node.call('eth_getFilterChanges', blocks)).toEqual([sealed.header.hash]);
    expect(await node.call('eth_getFilterChanges', logs)).toMatchObject([{ data: word(9), removed: false }]);
    expect(await node.call('eth_getFilterChanges', logs)).toEqual([]);

    await node.chain.rollback(sealed.header.number - 1n);
    const replaced = await node.chain.seal();
    expect(await node.call('eth_getFilterChanges', logs)).toMatchObject([{ data: word(9), removed: true }]);
    expect(await node.call('eth_getFilterChanges', blocks)).toEqual([replaced.header.hash]);
    expect(await node.call('eth_getTransactionReceipt', hash)).toBeNull();

    expect(await node.call('eth_uninstallFilter', blocks)).toBe(true);
    expect(await node.call('eth_uninstallFilter', blocks)).toBe(false);
    expect((await node.ask('eth_getFilterChanges', [blocks])).error).toEqual({
      code: -32000,
      message: 'filter not found',
    });
    await node.clock.advance(10 * 60_000);
    expect((await node.ask('eth_getFilterChanges', [logs])).error?.message).toBe('filter not found');
  });
});
