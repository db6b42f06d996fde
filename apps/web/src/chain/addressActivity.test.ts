import type { Address, PublicClient } from 'viem';
import { expect, test } from 'vitest';
import { groupActivity, readAddressActivity } from './addressActivity.ts';

const ME: Address = '0x1111111111111111111111111111111111111111';
const OTHER: Address = '0x2222222222222222222222222222222222222222';
const one = `0x${'01'.repeat(32)}` as const;
const two = `0x${'02'.repeat(32)}` as const;
const base = {
  blockNumber: '0x10',
  timestamp: '0x6b033f91',
  transactionIndex: '0x0',
  from: OTHER,
  to: ME,
  status: 'success',
};

test('a page of the index, several movements of one transaction in one group', async () => {
  const items = [
    {
      ...base,
      kind: 'transfer',
      transactionHash: one,
      logIndex: '0x1',
      token: OTHER,
      standard: 'erc20',
      amount: '0x5',
      tokenId: null,
    },
    {
      ...base,
      kind: 'transaction',
      transactionHash: one,
      logIndex: null,
      token: null,
      standard: 'native',
      amount: '0x0',
      tokenId: null,
    },
    {
      ...base,
      kind: 'transfer',
      transactionHash: two,
      logIndex: '0x0',
      token: OTHER,
      standard: 'erc721',
      amount: null,
      tokenId: '0x7',
    },
  ];
  const asked: unknown[] = [];
  const client = {
    request: async (call: unknown) => {
      asked.push(call);
      return { items, cursor: 'next' };
    },
  } as unknown as PublicClient;
  const page = await readAddressActivity(client, ME, 'older');
  expect(asked).toEqual([{ method: 'tephra_getAddressActivity', params: [ME, { limit: 25, cursor: 'older' }] }]);
  expect(page.cursor).toBe('next');
  expect(groupActivity(page.items)).toMatchObject([
    { hash: one, blockNumber: 16, timestamp: 0x6b033f91, success: true, own: true, transfers: [{ amount: 5n }] },
    { hash: two, own: false, transfers: [{ tokenId: 7n, standard: 'erc721' }] },
  ]);
});
