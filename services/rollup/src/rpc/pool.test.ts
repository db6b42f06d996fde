import { getAddress } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alice, bob, TestNode } from './testing/test-node.ts';

let node: TestNode;
beforeAll(async () => {
  node = await TestNode.start();
});
afterAll(() => node.stop());

test('what is on the open block is pending, what waits for a nonce is queued', async () => {
  const from = getAddress(alice.address);
  const first = await node.send({ to: bob.address, value: 7n, nonce: 0 });
  const third = await node.send({ to: bob.address, nonce: 2 });
  const creation = await node.send({ data: '0x00', nonce: 10 });

  expect(await node.call('txpool_status')).toEqual({ pending: '0x1', queued: '0x2' });
  expect(await node.call('txpool_content')).toMatchObject({
    pending: { [from]: { 0: { hash: first, blockHash: null } } },
    queued: { [from]: { 2: { hash: third, nonce: '0x2' }, 10: { hash: creation, to: null } } },
  });
  expect(await node.call('txpool_contentFrom', alice.address)).toMatchObject({
    pending: { 0: { hash: first } },
    queued: { 2: { hash: third } },
  });
  expect(await node.call('txpool_contentFrom', bob.address)).toEqual({ pending: {}, queued: {} });
  const to = getAddress(bob.address);
  expect(await node.call('txpool_inspect')).toEqual({
    pending: { [from]: { 0: `${to}: 7 wei + 1000000 gas × 10000000000 wei` } },
    queued: {
      [from]: {
        2: `${to}: 0 wei + 1000000 gas × 10000000000 wei`,
        10: 'contract creation: 0 wei + 1000000 gas × 10000000000 wei',
      },
    },
  });

  const queued = await node.call('eth_getTransactionByHash', third);
  expect(queued).toMatchObject({ hash: third, blockHash: null, blockNumber: null, transactionIndex: null });
  expect(await node.call('eth_getRawTransactionByHash', third)).toMatch(/^0x02/);
  expect(await node.call('eth_getTransactionReceipt', third)).toBeNull();

  await node.send({ to: bob.address, nonce: 1 });
  await node.chain.seal();
  expect(await node.call('txpool_status')).toEqual({ pending: '0x0', queued: '0x1' });
  expect(await node.call('eth_getTransactionByHash', third)).toMatchObject({ blockNumber: '0x1' });
});
