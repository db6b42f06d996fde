import type { OperatorAnswer } from '@tephra/api';
import { expect, test } from 'vitest';
import { byName, stakesText } from './stakes.ts';

const WHOLE = 10n ** 18n;
const ETH = { strategy: '0x00000000000000000000000000000000000000e1', decimals: 18 } as const;
const ALT = { strategy: '0x00000000000000000000000000000000000000a1', decimals: 18 } as const;
const stake = (strategy: typeof ETH | typeof ALT, symbol: string, amount: bigint) => ({
  strategy: strategy.strategy,
  symbol,
  shares: `${amount}`,
  underlying: `${amount}`,
});

test('names stakes in the order of the strategies, without those of nothing', () => {
  const stakes = [stake(ALT, 'ALT', 5n * WHOLE), stake(ETH, 'ETH', (3n * WHOLE) / 2n)];
  expect(stakesText(stakes, [ETH, ALT])).toBe('1.5 ETH, 5 ALT');
  expect(stakesText([stake(ETH, 'ETH', 0n), stake(ALT, 'ALT', WHOLE)], [ETH, ALT])).toBe('1 ALT');
  expect(stakesText([], [ETH])).toBe('none');
});

test('sorts by name as people count, the nameless last', () => {
  const operator = (address: `0x${string}`, name?: string) =>
    ({ address, metadata: name === undefined ? null : { name } }) as OperatorAnswer;
  const sorted = [operator('0x2'), operator('0x1', 'Dev 10'), operator('0x4'), operator('0x3', 'Dev 9')].sort(byName);
  expect(sorted.map(({ address }) => address)).toEqual(['0x3', '0x1', '0x2', '0x4']);
});
