import type { SettlementItem } from '@tephra/api';
import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';
import { filterItems, summarise } from './filter.ts';
import { phaseStates } from './phases.ts';

const ALICE = '0x1111111111111111111111111111111111111111';
const BOB = '0x2222222222222222222222222222222222222222';
const TOKEN = '0x3333333333333333333333333333333333333333';

function item(index: number, part: Partial<SettlementItem>): SettlementItem {
  return {
    index,
    asset: {
      type: 'native',
      standard: 'native',
      l1Token: null,
      l2Token: null,
      name: 'Coin',
      symbol: 'COIN',
      decimals: 18,
    },
    owner: ALICE,
    amount: '5',
    tokenId: null,
    status: 'paid',
    l1TransactionHash: null,
    ...part,
  };
}
const nft: SettlementItem['asset'] = {
  type: 'erc721',
  standard: 'erc721',
  l1Token: null,
  l2Token: TOKEN,
  name: 'Otters',
  symbol: 'OTTR',
  decimals: 0,
};
const items = [
  item(0, {}),
  item(1, { owner: BOB, amount: '7', status: 'pending' }),
  item(2, { asset: { ...nft, type: 'collection' }, amount: null }),
  item(3, { asset: nft, amount: null, tokenId: '1' }),
  item(4, { asset: nft, amount: null, tokenId: '2', status: 'claimable' }),
];

test('the ledger is summed by asset; a collection line is no asset', () => {
  expect(summarise(items)).toMatchObject([
    { items: 2, owners: 2, total: 12n, paid: 1, pending: 1, claimable: 0 },
    { items: 2, owners: 1, total: 2n, paid: 1, pending: 0, claimable: 1 },
  ]);
});

test('filters by owner and status', () => {
  expect(filterItems(items, '0x2222', 'all').map((each) => each.index)).toEqual([1]);
  expect(filterItems(items, '', 'claimable').map((each) => each.index)).toEqual([4]);
});

test('phases before the present one are done', () => {
  expect(phaseStates('window')).toEqual({
    writing: 'done',
    posting: 'done',
    window: 'running',
    paying: 'pending',
    done: 'pending',
  });
  expect(phaseStates('open').writing).toBe('pending');
  expect(phaseStates('done').done).toBe('done');
});

test('one asset can be looked at alone, its description with it', () => {
  const described = item(9, { asset: { ...nft, type: 'collection' }, amount: null });
  const all = [...items, described];
  const key = summarise(all).find((each) => each.asset.type === 'erc721')?.key ?? '';
  expect(filterItems(all, '', 'all', key).every((each) => each.asset.l2Token === TOKEN)).toBe(true);
  expect(filterItems(all, '', 'all', key)).toContain(described);
});

test('the ledger as CSV: quoted where it must be, never a formula', () => {
  const odd = item(3, {
    asset: { ...nft, name: '=HYPERLINK("x")', symbol: 'A,B' },
    amount: null,
    tokenId: '7',
    status: 'claimable',
  });
  const [head, coin, strange, end] = csvOf([item(0, { amount: '1500000000000000000' }), odd]).split('\r\n');
  expect(head?.split(',')).toHaveLength(12);
  expect(coin).toBe(`0,native,Coin,COIN,,,${ALICE},1.5,1500000000000000000,,paid,`);
  expect(strange).toBe(`3,erc721,"'=HYPERLINK(""x"")","A,B",${TOKEN},,${ALICE},,,7,claimable,`);
  expect(end).toBe('');
});
