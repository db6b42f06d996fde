import type { CurrencyMode } from './types.ts';

/** Order of enum CurrencyMode (contracts/src/rollup/IRollupFactory.sol). */
export const CURRENCY_MODES = ['issued', 'eth', 'erc20'] as const satisfies CurrencyMode[];
