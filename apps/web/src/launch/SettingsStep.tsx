import { NativeSelect, Radio, Select, TextInput } from '@mantine/core';
import { type Flashlayer, type PlatformInfo, VERIFICATIONS } from '@tephra/api';
import { type ReactNode, useState } from 'react';
import { Disclosure } from '../components/Disclosure.tsx';
import { Section } from '../components/Section.tsx';
import { formatDuration } from '../lib/format.ts';
import { CurrencySection } from './CurrencySection.tsx';
import { type Draft, type FieldErrors, refusalOf } from './draft.ts';
import { FeesSection } from './FeesSection.tsx';
import { capital, type FieldOf, SETTINGS } from './field.ts';
import { GenesisAccounts } from './GenesisAccounts.tsx';
import classes from './SettingsStep.module.css';

const RECIPIENTS = [
  { key: 'feeBase', path: 'base', label: 'Base fees go to' },
  { key: 'feePriority', path: 'priority', label: 'Tips go to' },
  { key: 'feeData', path: 'data', label: 'Data fees go to' },
] as const;

const VERIFIERS = [
  { value: '', label: 'VITAL where the platform runs operators' },
  { value: 'vital', label: 'Operators of VITAL' },
  { value: 'posted', label: 'Nobody: packs on the L1 alone' },
];

/** Every setting with its meaning; each field is checked as one types, its error stands beside it. */
export function SettingsStep({
  draft,
  errors,
  shown,
  onTouch,
  onChange,
  platform,
  ended,
  footer,
}: {
  draft: Draft;
  errors: FieldErrors;
  /** Paths whose errors are shown: a field that nobody touched yet does not complain. */
  shown: ReadonlySet<string>;
  onTouch: (path: string) => void;
  onChange: (part: Partial<Draft>) => void;
  platform: PlatformInfo | undefined;
  /** Layers that are over, whose tokens can play on. */
  ended: readonly Flashlayer[];
  footer: ReactNode;
}) {
  const field: FieldOf = (path, key) => ({
    value: String(draft[key]),
    error: shown.has(path) ? errors[path] && capital(errors[path]) : undefined,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      onTouch(path);
      onChange({ [key]: event.currentTarget.value });
    },
    onBlur: () => onTouch(path),
    autoComplete: 'off',
    spellCheck: false,
  });
  const auction = refusalOf(draft, { ordering: 'pga' }, `${SETTINGS}.fcfs`);
  const trial = platform === undefined ? '2 h' : formatDuration(platform.limits.freeTrialSeconds * 1_000);
  const advancedPaths = [
    'blockGasLimit',
    'challengePeriod',
    'checkpointBlocks',
    'history',
    ...RECIPIENTS.map((each) => `feeRecipients.${each.path}`),
  ];
  const advancedWrong = advancedPaths.some((key) => errors[`${SETTINGS}.${key}`] !== undefined);
  const [advanced, setAdvanced] = useState(advancedWrong);
  const open = advanced || advancedWrong;
  return (
    <div className={classes.root}>
      <Section title="Identity">
        <div className={classes.grid}>
          <TextInput
            label="Name"
            description="2 to 12 characters of a-z and 0-9, starting with a letter"
            {...field('flashlayer.name', 'name')}
          />
        </div>
      </Section>
      <CurrencySection draft={draft} field={field} onChange={onChange} platform={platform} />
      <Section title="Blocks">
        <div className={classes.grid}>
          <TextInput
            label="Block time"
            description="0.5 to 60 seconds; promises come at once whatever it is"
            inputMode="decimal"
            rightSection={<span className={classes.unit}>s</span>}
            {...field(`${SETTINGS}.blockTime`, 'blockTime')}
          />
        </div>
        <Radio.Group
          mt="md"
          label="Order of transactions"
          styles={{ label: { marginBottom: 8 } }}
          value={draft.ordering}
          onChange={(value) => onChange({ ordering: value === 'pga' ? 'pga' : 'fcfs' })}
        >
          <div className={classes.radios}>
            <Radio
              value="fcfs"
              label="First come, first served"
              description="Fair: nobody gets ahead by paying more."
            />
            <Radio
              value="pga"
              label="Priority auction"
              description={auction ?? 'Within short slots the higher tip goes first.'}
              disabled={auction !== undefined && draft.ordering !== 'pga'}
            />
          </div>
        </Radio.Group>
      </Section>
      <FeesSection draft={draft} errors={errors} field={field} onChange={onChange} />
      <Section title="Life">
        <Radio.Group
          aria-label="How long it lives"
          value={draft.freeTrial ? 'trial' : 'open'}
          onChange={(value) => onChange({ freeTrial: value === 'trial' })}
        >
          <div className={classes.radios}>
            <Radio
              value="trial"
              label={`Ends by itself after ${trial}`}
              description="Then every asset is settled on the L1."
            />
            <Radio
              value="open"
              label="Until you end it"
              description="You destroy it on its page or with ./tephra destroy."
            />
          </div>
        </Radio.Group>
      </Section>
      {ended.length > 0 && (
        <Section title="Tokens of an earlier layer">
          <Select
            label="Go on from"
            description="Its tokens are known here from the start; their owners bring them over the bridge"
            placeholder="None"
            data={ended.map((layer) => ({ value: layer.id, label: `${layer.name} (layer ${layer.id})` }))}
            value={draft.importFrom === '' ? null : draft.importFrom}
            onChange={(value) => onChange({ importFrom: value ?? '' })}
            error={errors.import === undefined ? undefined : capital(errors.import)}
            clearable
          />
        </Section>
      )}
      <GenesisAccounts
        draft={draft}
        errors={errors}
        shown={shown}
        onTouch={onTouch}
        onChange={onChange}
        platform={platform}
      />
      <div className={classes.more}>
        <Disclosure title="Advanced settings" open={open} onToggle={() => setAdvanced(!open)}>
          <div className={`${classes.grid} ${classes.advanced}`}>
            <TextInput
              label="Gas limit of a block"
              description="30,000,000 to 70,000,000"
              inputMode="numeric"
              {...field(`${SETTINGS}.blockGasLimit`, 'blockGasLimit')}
            />
            <TextInput
              label="Challenge window"
              description="How long a pack can be challenged before withdrawals are paid"
              placeholder={platform === undefined ? '' : String(platform.limits.challengePeriodSeconds)}
              inputMode="numeric"
              rightSection={<span className={classes.unit}>s</span>}
              {...field(`${SETTINGS}.challengePeriod`, 'challengePeriod')}
            />
            <TextInput
              label="Blocks in a pack at most"
              description="1 to 512; fewer means more L1 transactions"
              placeholder="512"
              inputMode="numeric"
              {...field(`${SETTINGS}.checkpointBlocks`, 'checkpointBlocks')}
            />
            <TextInput
              label="Past state kept"
              description="At least 128; empty keeps everything, for queries at old blocks"
              placeholder="everything"
              inputMode="numeric"
              rightSection={<span className={classes.unit}>blocks</span>}
              rightSectionWidth={64}
              {...field(`${SETTINGS}.history`, 'history')}
            />
            <NativeSelect
              label="Who verifies blocks"
              description="What tier 2 means on this layer"
              data={VERIFIERS}
              value={draft.verification}
              onChange={(event) => {
                const { value } = event.currentTarget;
                onChange({ verification: VERIFICATIONS.find((each) => each === value) ?? '' });
              }}
            />
            {!draft.gasless &&
              RECIPIENTS.map((each) => (
                <TextInput
                  key={each.key}
                  className={classes.wide}
                  label={each.label}
                  placeholder="the layer’s owner"
                  styles={{ input: { fontFamily: 'var(--tp-mono)', fontSize: 12.5 } }}
                  {...field(`${SETTINGS}.feeRecipients.${each.path}`, each.key)}
                />
              ))}
          </div>
        </Disclosure>
      </div>
      <div className={classes.footer}>{footer}</div>
    </div>
  );
}
