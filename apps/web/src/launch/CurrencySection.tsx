import { Radio, TextInput } from '@mantine/core';
import { CURRENCY_MODES, type CurrencyMode, type PlatformInfo } from '@tephra/api';
import { Amount } from '../components/Amount.tsx';
import { Section } from '../components/Section.tsx';
import { type Draft, lockedFundsOf, refusalOf } from './draft.ts';
import { type FieldOf, SETTINGS } from './field.ts';
import classes from './SettingsStep.module.css';
import { useCurrencyToken } from './useCurrencyToken.ts';

const MODES: Record<CurrencyMode, { label: string; about: string }> = {
  issued: {
    label: 'Its own coin',
    about: 'Genesis and faucet make it; at the end every holder gets an ERC-20 twin on the L1.',
  },
  eth: {
    label: 'ETH of the L1',
    about: 'Comes over the bridge one to one. What genesis and faucet hold is locked on the L1 at the launch.',
  },
  erc20: {
    label: 'An ERC-20 of the L1',
    about: 'A token with 18 decimals pays for gas, one to one; genesis and faucet lock some of it.',
  },
};

/** What the layer's coin is: made by itself, or backed one to one on the L1. */
export function CurrencySection({
  draft,
  field,
  onChange,
  platform,
}: {
  draft: Draft;
  field: FieldOf;
  onChange: (part: Partial<Draft>) => void;
  platform: PlatformInfo | undefined;
}) {
  const token = useCurrencyToken(draft, platform);
  const locked = lockedFundsOf(draft);
  const choose = (value: string) => {
    const mode = CURRENCY_MODES.find((each) => each === value) ?? 'issued';
    if (mode === 'issued') return onChange({ currencyMode: mode, currencyToken: '', faucetReserve: '' });
    // Backed coin has the decimals of ETH, and somebody must pay for what the genesis gives away: little by default.
    const genesisAccounts = draft.genesisAccounts.map((row) => ({ ...row, balance: '1' }));
    onChange({
      currencyMode: mode,
      tokenDecimals: '18',
      faucetReserve: draft.faucetReserve === '' ? '1' : draft.faucetReserve,
      genesisAccounts,
      ...(mode === 'eth' ? { tokenSymbol: 'ETH', currencyToken: '' } : {}),
    });
  };
  const backed = draft.currencyMode !== 'issued';
  return (
    <Section title="Coin">
      <Radio.Group aria-label="What the coin is" value={draft.currencyMode} onChange={choose}>
        <div className={classes.modes}>
          {CURRENCY_MODES.map((mode) => {
            const sample = mode === 'erc20' ? { currencyToken: `0x${'11'.repeat(20)}` } : { currencyToken: '' };
            const refusal = refusalOf(
              draft,
              { currencyMode: mode, tokenDecimals: '18', ...sample },
              `${SETTINGS}.currencyMode`,
            );
            return (
              <Radio
                key={mode}
                value={mode}
                label={MODES[mode].label}
                description={refusal ?? MODES[mode].about}
                disabled={refusal !== undefined && draft.currencyMode !== mode}
              />
            );
          })}
        </div>
      </Radio.Group>
      <div className={`${classes.grid} ${classes.below}`}>
        {draft.currencyMode === 'erc20' && (
          <TextInput
            className={classes.wide}
            label="Token on the L1"
            placeholder="0x…"
            styles={{ input: { fontFamily: 'var(--tp-mono)', fontSize: 12.5 } }}
            {...field(`${SETTINGS}.currencyToken`, 'currencyToken')}
            error={token.error ?? field(`${SETTINGS}.currencyToken`, 'currencyToken').error}
            description={
              token.facts === undefined
                ? 'Checked as you type: it must be a contract with 18 decimals'
                : `${token.facts.name ?? 'A token without a name'} (${token.facts.symbol ?? '?'}), ${token.facts.decimals ?? '?'} decimals`
            }
          />
        )}
        <TextInput
          label="Coin symbol"
          description={backed ? 'What wallets show on the layer' : '2 to 6 characters'}
          {...field(`${SETTINGS}.tokenSymbol`, 'tokenSymbol')}
        />
        {!backed && (
          <TextInput
            label="Coin decimals"
            description="Wallets expect 18"
            inputMode="numeric"
            {...field(`${SETTINGS}.tokenDecimals`, 'tokenDecimals')}
          />
        )}
        {backed && (
          <TextInput
            label="Faucet holds"
            description="Locked on the L1; what is left at the end is yours again"
            inputMode="decimal"
            rightSection={<span className={classes.unit}>{draft.tokenSymbol}</span>}
            rightSectionWidth={64}
            {...field(`${SETTINGS}.faucetReserve`, 'faucetReserve')}
          />
        )}
      </div>
      {backed && locked !== null && (
        <p className={classes.locked}>
          The launch locks <Amount value={locked} unit={draft.tokenSymbol} maxFraction={18} /> on the L1 for the faucet
          and the accounts below, and a little for the faucet’s own gas.
        </p>
      )}
    </Section>
  );
}
