import type { DecodedTransaction } from '@tephra/engine';
import { SubmitError } from './errors.ts';

export type Price = Pick<DecodedTransaction, 'maxFeePerGas' | 'maxPriorityFeePerGas'>;

/** Price bump that a replacement needs, percent, as in go-ethereum. */
const PRICE_BUMP = 10n;

/** Wei per gas that the producer receives in a block with this base fee; negative when the fee cap is below it. */
export function effectiveTip(tx: Price, baseFee: bigint): bigint {
  const left = tx.maxFeePerGas - baseFee;
  if (left < tx.maxPriorityFeePerGas) return left;
  return tx.maxPriorityFeePerGas;
}

/** True when `a` offers less than `b`: by tip, then by fee cap. */
export function isCheaper(a: Price, b: Price): boolean {
  const [tipA, tipB] = [effectiveTip(a, 0n), effectiveTip(b, 0n)];
  return tipA === tipB ? a.maxFeePerGas < b.maxFeePerGas : tipA < tipB;
}

/** @throws SubmitError REPLACEMENT_UNDERPRICED unless both tip and fee cap are at least a tenth higher. */
export function assertReplaces(tx: Price, old: Price): void {
  const enough = (price: bigint, than: bigint): boolean => price * 100n >= than * (100n + PRICE_BUMP) && price > than;
  if (enough(tx.maxFeePerGas, old.maxFeePerGas) && enough(tx.maxPriorityFeePerGas, old.maxPriorityFeePerGas)) return;
  throw new SubmitError('REPLACEMENT_UNDERPRICED', 'replacement transaction underpriced', {
    hint: `Offer a fee cap and a tip that are both at least ${PRICE_BUMP} % higher than the waiting transaction's.`,
  });
}
