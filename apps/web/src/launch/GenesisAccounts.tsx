import { Button, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { PlatformInfo } from '@tephra/api';
import { Section } from '../components/Section.tsx';
import type { Draft, FieldErrors } from './draft.ts';
import { capital, SETTINGS } from './field.ts';
import classes from './SettingsStep.module.css';

/** Who holds coin in block 0. */
export function GenesisAccounts({
  draft,
  errors,
  shown,
  onTouch,
  onChange,
  platform,
}: {
  draft: Draft;
  errors: FieldErrors;
  shown: ReadonlySet<string>;
  onTouch: (path: string) => void;
  onChange: (part: Partial<Draft>) => void;
  platform: PlatformInfo | undefined;
}) {
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
