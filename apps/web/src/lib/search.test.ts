import type { Flashlayer } from '@tephra/api';
import { expect, test } from 'vitest';
import { localHits, readQuery } from './search.ts';
import { matchTokens } from './tokenSearch.ts';

function layer(id: string, name: string, status: Flashlayer['status'] = 'STATUS_ACTIVE'): Flashlayer {
  return { id, name, status, resources: { chainId: `1000000${id}` } } as Flashlayer;
}
const layers = [layer('1', 'mint'), layer('2', 'gone', 'STATUS_TERMINATED')];
const titles = (text: string) => localHits(text, layers).map((hit) => hit.title);

test('what a text can mean on a chain', () => {
  expect(readQuery(`0x${'ab'.repeat(32)}`)?.kind).toBe('hash');
  expect(readQuery(`0x${'ab'.repeat(20)}`)?.kind).toBe('address');
  expect(readQuery('#1,234')).toEqual({ kind: 'number', value: '1234' });
  expect(readQuery('otters')).toBeNull();
});

test('pages, layers and what can be done on them', () => {
  expect(titles('')).toContain('mint');
  expect(titles('mint deposit')).toEqual(['mint: deposit from the L1']);
  expect(titles('10000001')).toEqual(['mint']);
  expect(titles('dark')).toEqual(['Change between light and dark colours']);
  // A layer that is over takes no deposits.
  expect(titles('gone deposit')).toEqual([]);
  expect(titles('gone settlement')).toEqual(['gone: settlement']);
});

test('tokens by name or symbol, narrowed by the layer', () => {
  const tokens = [
    { layer: layers[0]!, address: '0x1' as const, name: 'Otters', symbol: 'OTTR' },
    { layer: layers[1]!, address: '0x2' as const, name: 'Otters', symbol: 'OTTR' },
  ];
  expect(matchTokens('ottr', tokens)).toHaveLength(2);
  expect(matchTokens('otters mint', tokens).map((token) => token.address)).toEqual(['0x1']);
  // The layer's name alone is the layer, not all its tokens.
  expect(matchTokens('mint', tokens)).toEqual([]);
  expect(matchTokens('', tokens)).toEqual([]);
});
