import { Switch, TextInput } from '@mantine/core';
import { Section } from '../components/Section.tsx';
import type { Draft, FieldErrors } from './draft.ts';
import { type FieldOf, SETTINGS } from './field.ts';
import classes from './SettingsStep.module.css';

/** Gasless, or what a transaction costs and who gets it. */
export function FeesSection({
  draft,
  errors,
  field,
  onChange,
}: {
  draft: Draft;
  errors: FieldErrors;
  field: FieldOf;
  onChange: (part: Partial<Draft>) => void;
}) {
  const gwei = <span className={classes.unit}>gwei</span>;
  return (
    <Section title="Fees">
      <Switch
        label="Gasless"
        description="Transactions cost nothing; minters need no coin"
        checked={draft.gasless}
        onChange={(event) => onChange({ gasless: event.currentTarget.checked })}
      />
      {draft.gasless ? (
        errors[`${SETTINGS}.gasless`] !== undefined && <p className={classes.error}>{errors[`${SETTINGS}.gasless`]}</p>
      ) : (
        <div className={`${classes.grid} ${classes.below}`}>
          <TextInput
            label="Base fee at least"
            description="EIP-1559 moves it with the load, never below this"
            placeholder="0.000000001"
            inputMode="decimal"
            rightSection={gwei}
            rightSectionWidth={52}
            {...field(`${SETTINGS}.minBaseFee`, 'minBaseFee')}
          />
          <TextInput
            label="Data fee for a byte"
            description="For the way of a transaction to the L1; none when empty"
            placeholder="0"
            inputMode="decimal"
            rightSection={gwei}
            rightSectionWidth={52}
            {...field(`${SETTINGS}.dataFeePerByte`, 'dataFee')}
          />
        </div>
      )}
    </Section>
  );
}
