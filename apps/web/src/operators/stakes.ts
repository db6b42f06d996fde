import type { OperatorAnswer, RestakingStrategy } from '@tephra/api';
import { formatUnits } from '../lib/format.ts';

type Stakes = OperatorAnswer['stakes'];
type Strategy = Pick<RestakingStrategy, 'strategy' | 'decimals'>;

/** Stakes that are more than nothing, in the order of the deployment's strategies: ETH first. */
export function inOrder(stakes: Stakes, strategies: readonly Strategy[]): Stakes {
  const rank = ({ strategy }: Stakes[number]) => {
    const at = strategies.findIndex((each) => each.strategy === strategy);
    return at === -1 ? strategies.length : at;
  };
  return stakes.filter((stake) => stake.shares !== '0').sort((left, right) => rank(left) - rank(right));
}

/** "40 ETH, 5 dstETH". */
export function stakesText(stakes: Stakes, strategies: readonly Strategy[]): string {
  const parts = inOrder(stakes, strategies).map((stake) => {
    const decimals = strategies.find((each) => each.strategy === stake.strategy)?.decimals ?? 18;
    return `${formatUnits(BigInt(stake.underlying), decimals, 2)} ${stake.symbol}`;
  });
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** Operators by name, those without one behind them by address. */
export function byName(left: OperatorAnswer, right: OperatorAnswer): number {
  const [a, b] = [left.metadata?.name ?? '', right.metadata?.name ?? ''];
  if ((a === '') !== (b === '')) return a === '' ? 1 : -1;
  return a === b ? left.address.localeCompare(right.address) : a.localeCompare(b, 'en', { numeric: true });
}
