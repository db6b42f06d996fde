import type { Address } from 'viem';
import { expect, test } from 'vitest';
import { sharesText } from './shares.ts';

const ETH: Address = '0xbeaC0eeEeeeeEEeEeEEEEeeEEeEeeeEeeEEBEaC0';
const DST: Address = '0x00000000000000000000000000000000000000dd';
const WHOLE = 10n ** 18n;

test('shows what shares are worth, each strategy by its own rate', () => {
  const rates = [
    { strategy: ETH, symbol: 'ETH', decimals: 18, sharesToUnderlying: `${WHOLE}` },
    { strategy: DST, symbol: 'dstETH', decimals: 18, sharesToUnderlying: `${(WHOLE * 11n) / 10n}` },
  ];
  const shares = [`${2n * WHOLE}`, `${10n * WHOLE}`, `${WHOLE / 2n}`];
  expect(sharesText([ETH, DST], ['0', `${WHOLE}`], rates)).toBe('1.1 dstETH');
  const unknown = `0x${'99'.repeat(20)}`;
  expect(sharesText([ETH.toLowerCase(), DST, unknown], shares, rates)).toBe('2 ETH, 11 dstETH, 0.5 shares');
});
