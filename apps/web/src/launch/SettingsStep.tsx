import { Button, Collapse, Radio, Switch, TextInput } from '@mantine/core';
import { IconChevronDown, IconPlus, IconTrash } from '@tabler/icons-react';
import type { PlatformInfo } from '@tephra/api';
import { type ReactNode, useState } from 'react';
import { Section } from '../components/Section.tsx';
import { formatDuration } from '../lib/format.ts';
import type { Draft, FieldErrors } from './draft.ts';
import classes from './SettingsStep.module.css';

const SETTINGS = 'flashlayer.settings';

/** Every setting with its meaning; each field is checked as one types, its error stands beside it. */
export function SettingsStep({
  draft,
  errors,
  shown,
  onTouch,
  onChange,
  platform,
  footer,
}: {
  draft: Draft;
  errors: FieldErrors;
  /** Paths whose errors are shown: a field that nobody touched yet does not complain. */
  shown: ReadonlySet<string>;
  onTouch: (path: string) => void;
  onChange: (part: Partial<Draft>) => void;
  platform: PlatformInfo | undefined;
  footer: ReactNode;
}) {
  const field = (path: string, key: keyof Draft) => ({
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
  const trial = platform === undefined ? '2 h' : formatDuration(platform.limits.freeTrialSeconds * 1_000);
  const advancedPaths = ['blockGasLimit', 'tokenDecimals', 'challengePeriod', 'checkpointBlocks'];
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
          <TextInput
            label="Coin symbol"
            description="2 to 6 characters"
            {...field(`${SETTINGS}.tokenSymbol`, 'tokenSymbol')}
          />
        </div>
      </Section>
      <Section title="Blocks and fees">
        <div className={classes.grid}>
          <TextInput
            label="Block time"
            description="0.5 to 60 seconds; promises come at once whatever it is"
            inputMode="decimal"
            rightSection={<span className={classes.unit}>s</span>}
            {...field(`${SETTINGS}.blockTime`, 'blockTime')}
          />
          <div className={classes.switch}>
            <Switch
              label="Gasless"
              description="Transactions cost nothing; minters need no coin"
              checked={draft.gasless}
              onChange={(event) => onChange({ gasless: event.currentTarget.checked })}
            />
          </div>
        </div>
      </Section>
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
      <GenesisAccounts
        draft={draft}
        errors={errors}
        shown={shown}
        onTouch={onTouch}
        onChange={onChange}
        platform={platform}
      />
      <div className={classes.more}>
        <button type="button" className={classes.toggle} aria-expanded={open} onClick={() => setAdvanced(!open)}>
          <IconChevronDown size={16} stroke={1.8} data-open={open || undefined} aria-hidden="true" />
          Advanced settings
        </button>
        <Collapse expanded={open}>
          <div className={`${classes.grid} ${classes.advanced}`}>
            <TextInput
              label="Gas limit of a block"
              description="30,000,000 to 70,000,000"
              inputMode="numeric"
              {...field(`${SETTINGS}.blockGasLimit`, 'blockGasLimit')}
            />
            <TextInput
              label="Coin decimals"
              description="Wallets expect 18"
              inputMode="numeric"
              {...field(`${SETTINGS}.tokenDecimals`, 'tokenDecimals')}
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
          </div>
        </Collapse>
      </div>
      <div className={classes.footer}>{footer}</div>
    </div>
  );
}

function GenesisAccounts({
  draft,
  errors,
  shown,
  onTouch,
  onChange,
  platform,
}: Pick<Parameters<typeof SettingsStep>[0], 'draft' | 'errors' | 'shown' | 'onTouch' | 'onChange' | 'platform'>) {
  const rows = draft.genesisAccounts;
  const set = (index: number, part: Partial<Draft['genesisAccounts'][number]>) =>
    onChange({ genesisAccounts: rows.map((row, at) => (at === index ? { ...row, ...part } : row)) });
  const errorOf = (path: string) => (shown.has(path) && errors[path] !== undefined ? capital(errors[path]) : undefined);
  const general = errors[`${SETTINGS}.genesisAccounts`];
  const add = () => {
    const used = new Set(rows.map((row) => row.account.toLowerCase()));
    const next = platform?.accounts?.find((account) => !used.has(account.address.toLowerCase()))?.address ?? '';
    const key = Math.max(0, ...rows.map((row) => row.key)) + 1;
    onChange({ genesisAccounts: [...rows, { key, account: next, balance: '1000' }] });
  };
  return (
    <Section
      title="Accounts that start with coin"
      note={rows.length === 0 ? 'None. The faucet gives coin to anybody who asks.' : undefined}
      actions={
        <Button variant="default" size="xs" leftSection={<IconPlus size={14} />} onClick={add}>
          Add account
        </Button>
      }
    >
      {general !== undefined && <p className={classes.error}>{capital(general)}</p>}
      {rows.map((row, index) => {
        const accountPath = `${SETTINGS}.genesisAccounts.${index}.account`;
        const balancePath = `${SETTINGS}.genesisAccounts.${index}.balance`;
        return (
          <div key={row.key} className={classes.account}>
            <TextInput
              className={classes.address}
              aria-label={`Address of account ${index + 1}`}
              placeholder="0x…"
              value={row.account}
              error={errorOf(accountPath)}
              onBlur={() => onTouch(accountPath)}
              onChange={(event) => set(index, { account: event.currentTarget.value })}
              spellCheck={false}
              autoComplete="off"
              styles={{ input: { fontFamily: 'var(--tp-mono)', fontSize: 12.5 } }}
            />
            <TextInput
              className={classes.balance}
              aria-label={`Balance of account ${index + 1} in ${draft.tokenSymbol}`}
              inputMode="decimal"
              value={row.balance}
              error={errorOf(balancePath)}
              onBlur={() => onTouch(balancePath)}
              onChange={(event) => set(index, { balance: event.currentTarget.value })}
              rightSection={<span className={classes.unit}>{draft.tokenSymbol}</span>}
              rightSectionWidth={64}
            />
            <button
              type="button"
              className={classes.remove}
              aria-label={`Remove account ${index + 1}`}
              onClick={() => onChange({ genesisAccounts: rows.filter((_, at) => at !== index) })}
            >
              <IconTrash size={16} stroke={1.6} />
            </button>
          </div>
        );
      })}
    </Section>
  );
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
