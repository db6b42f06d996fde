import { formatUnits } from '../lib/format.ts';

export type AmountProps = {
  /** Smallest units (wei). */
  value: bigint;
  decimals?: number;
  /** Always shown: a figure without a unit means nothing. */
  unit: string;
  maxFraction?: number;
};

export function Amount({ value, decimals = 18, unit, maxFraction = 6 }: AmountProps) {
  return (
    <span
      className="tp-num"
      title={`${formatUnits(value, decimals, decimals)} ${unit}`}
      style={{ whiteSpace: 'nowrap' }}
    >
      {formatUnits(value, decimals, maxFraction)} <span style={{ color: 'var(--tp-dim)' }}>{unit}</span>
    </span>
  );
}
