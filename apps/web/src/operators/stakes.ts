import type { OperatorAnswer } from '@tephra/api';
import { formatUnits } from '../lib/format.ts';

type Stakes = OperatorAnswer['stakes'];

/** "40 ETH, 5 dstETH": what is delegated, without the strategies that have nothing. */
export function stakesText(stakes: Stakes, decimalsOf: (strategy: string) => number): string {
  const parts = stakes
    .filter((stake) => stake.underlying !== '0')
    .map((stake) => `${formatUnits(BigInt(stake.underlying), decimalsOf(stake.strategy), 2)} ${stake.symbol}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
