import type { Hex } from '@tephra/protocol';
import { numberToHex } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COUNTER } from './testing/contracts.ts';
import { alice, TestNode } from './testing/test-node.ts';

let node: TestNode;
let counter: Hex;
beforeAll(async () => {
  node = await TestNode.start();
  counter = await node.deploy(COUNTER);
  for (let i = 0; i < 4; i++) {
    await node.send({ to: counter });
    await node.chain.seal();
  }
  node.chain.oldestState = 3n;
});
afterAll(() => node.stop());

const old = numberToHex(2);
const reads: [string, unknown[]][] = [
  ['eth_getBalance', [alice.address, old]],
  ['eth_getTransactionCount', [alice.address, old]],
  ['eth_getCode', [alice.address, old]],
  ['eth_getStorageAt', [alice.address, '0x0', old]],
  ['eth_getStorageValues', [{ [alice.address]: ['0x0'] }, old]],
  ['eth_getProof', [alice.address, [], old]],
  ['eth_call', [{ to: alice.address }, old]],
  ['eth_estimateGas', [{ to: alice.address }, old]],
  ['eth_createAccessList', [{ to: alice.address }, old]],
  ['eth_simulateV1', [{ blockStateCalls: [{ calls: [] }] }, old]],
  ['debug_traceCall', [{ to: alice.address }, old]],
  ['debug_traceBlockByNumber', [numberToHex(3)]],
];

test.each(reads)('%s of a state that is not kept fails in the words that clients know', async (method, params) => {
  const { stateRoot } = node.chain.headerByNumber(2n)!;
  const { error } = await node.ask(method, params);
  expect(error).toEqual({
    code: -32000,
    message: `historical state ${stateRoot} is not available`,
    data: {
      code: 'STATE_NOT_KEPT',
      hint: 'This node keeps states from block 3 on; ask an archive node for older ones.',
    },
  });
});

test('states that are kept answer, and so do blocks, receipts and logs of all times', async () => {
  expect(BigInt(await node.call<Hex>('eth_getStorageAt', counter, '0x0', numberToHex(3)))).toBe(2n);
  await node.call('debug_traceBlockByNumber', numberToHex(4));
  const block = await node.call<{ transactions: Hex[] }>('eth_getBlockByNumber', old);
  expect(await node.call('eth_getTransactionReceipt', block.transactions[0])).toMatchObject({ status: '0x1' });
  expect(await node.call<unknown[]>('eth_getLogs', { fromBlock: '0x0', toBlock: 'latest' })).toHaveLength(4);
});

test('eth_capabilities tells what can be asked for', async () => {
  const { hash } = node.chain.head();
  const all = { disabled: false, oldestBlock: '0x0' };
  const states = { disabled: false, oldestBlock: '0x3' };
  expect(await node.call('eth_capabilities')).toEqual({
    head: { number: '0x5', hash },
    state: states,
    tx: all,
    logs: all,
    receipts: all,
    blocks: all,
    stateproofs: states,
  });
});
