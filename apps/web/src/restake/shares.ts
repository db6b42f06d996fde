import type { StrategyTotals } from '@tephra/api';
import { formatUnits } from '../lib/format.ts';

type Rate = Pick<StrategyTotals, 'strategy' | 'symbol' | 'decimals' | 'sharesToUnderlying'>;
const ONE = 10n ** 18n;

/** "2 ETH, 5 dstETH": shares as what they are worth, without those of nothing; of an unknown strategy as shares. */
export function sharesText(strategies: readonly string[], shares: readonly string[], rates: readonly Rate[]): string {
  return strategies
    .flatMap((strategy, index) => {
      const amount = BigInt(shares[index] ?? 0);
      if (amount === 0n) return [];
      const rate = rates.find((each) => each.strategy.toLowerCase() === strategy.toLowerCase());
      if (rate === undefined) return `${formatUnits(amount, 18)} shares`;
      return `${formatUnits((amount * BigInt(rate.sharesToUnderlying)) / ONE, rate.decimals)} ${rate.symbol}`;
    })
    .join(', ');
}
