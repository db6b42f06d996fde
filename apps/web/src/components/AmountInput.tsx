import { TextInput } from '@mantine/core';
import { formatUnits, parseUnits } from '../lib/format.ts';
import classes from './Form.module.css';

/** What was typed, in smallest units; null while it is no amount, or more than there is. */
export function amountOf(text: string, decimals: number, holds: bigint | undefined): bigint | null {
  const units = parseUnits(text, decimals);
  return units === null || units === 0n || (holds !== undefined && units > holds) ? null : units;
}

/** An amount with its unit, what the account holds of it, and a way to take all. */
export function AmountInput({
  text,
  onChange,
  decimals,
  unit,
  holds,
  where,
  all = true,
}: {
  text: string;
  onChange: (text: string) => void;
  decimals: number;
  unit: string;
  holds: bigint | undefined;
  /** "on the L1". */
  where: string;
  /** Offer to take everything; not where the same coin pays for gas. */
  all?: boolean;
}) {
  const units = parseUnits(text, decimals);
  const tooMuch = units !== null && holds !== undefined && units > holds;
  return (
    <TextInput
      label="Amount"
      inputMode="decimal"
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={
        text !== '' && units === null
          ? decimals === 0
            ? 'A whole number.'
            : `A number with at most ${decimals} decimals.`
          : tooMuch
            ? `The account holds ${formatUnits(holds, decimals)} ${unit}.`
            : undefined
      }
      description={
        holds === undefined ? undefined : (
          <>
            {formatUnits(holds, decimals, 4)} {unit} {where}
            {holds > 0n && all && (
              <button
                type="button"
                className={`tp-textbutton ${classes.all}`}
                onClick={() => onChange(formatUnits(holds, decimals, decimals).replaceAll(',', ''))}
              >
                all of it
              </button>
            )}
          </>
        )
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      rightSection={<span className={classes.unit}>{unit}</span>}
      rightSectionWidth={64}
      autoComplete="off"
    />
  );
}
