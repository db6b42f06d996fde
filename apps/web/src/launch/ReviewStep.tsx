import type { PlatformInfo } from '@tephra/api';
import type { ReactNode } from 'react';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Notice } from '../components/Notice.tsx';
import { Section } from '../components/Section.tsx';
import { formatDuration, formatGas, plural, shortHex } from '../lib/format.ts';
import { Costs } from './Costs.tsx';
import { bodyOf, type Draft, type FieldErrors } from './draft.ts';
import { equalOf } from './equal.ts';
import classes from './ReviewStep.module.css';

/** What will be made, what it costs, who is trusted for what, and the same as JSON, CLI and curl. */
export function ReviewStep({
  draft,
  errors,
  platform,
  footer,
}: {
  draft: Draft;
  errors: FieldErrors;
  platform: PlatformInfo | undefined;
  footer: ReactNode;
}) {
  const body = bodyOf(draft);
  const windowSeconds =
    draft.challengePeriod.trim() === '' ? platform?.limits.challengePeriodSeconds : Number(draft.challengePeriod);
  const window =
    windowSeconds === undefined ? 'the challenge window' : `a window of ${formatDuration(windowSeconds * 1_000)}`;
  const trial = platform === undefined ? '2 h' : formatDuration(platform.limits.freeTrialSeconds * 1_000);
  return (
    <div className={classes.root}>
      <div className={classes.main}>
        <Section title="What will be made">
          <KeyValue
            items={[
              ['Name', <strong key="n">{draft.name}</strong>],
              ['Blocks', `every ${draft.blockTime} s, up to ${formatGas(Number(draft.blockGasLimit))} gas`],
              [
                'Order',
                draft.ordering === 'pga' ? 'priority auction: the higher tip goes first' : 'first come, first served',
              ],
              ['Coin', coinOf(draft)],
              ['Fees on the layer', feesOf(draft)],
              [
                'Starts with coin',
                draft.genesisAccounts.length === 0 ? 'nobody' : plural(draft.genesisAccounts.length, 'account'),
              ],
              ...(draft.importFrom === ''
                ? []
                : [['Goes on from', `layer ${draft.importFrom}: its tokens are known here`] as const]),
              ['Life', draft.freeTrial ? `ends by itself after ${trial}` : 'until you end it'],
            ]}
          />
        </Section>
        <Costs draft={draft} platform={platform} />
        <Section title="Who is trusted for what">
          <KeyValue
            items={[
              [
                'Order',
                'one producer, run by this platform. It can delay a transaction, but not for long: a deposit or a transaction forced through the L1 must be carried out.',
              ],
              ['Promise', 'the producer, whose signature proves a broken promise.'],
              [
                'State',
                `${standsFor(draft)}. All data is on the L1, where anyone can rebuild the chain and challenge a wrong claim within ${window}: the L1 then executes the contested step itself, voids the claim and takes the stake of who stood for it.`,
              ],
              [
                'End',
                `the owner may end it at any time${draft.freeTrial ? ', anyone after it expired' : ''}. What everyone owns is then paid by the L1 contract.`,
              ],
            ]}
          />
        </Section>
        {Object.keys(errors).length > 0 && (
          <div className={classes.wrong}>
            <Notice tone="bad" title="Some settings do not hold yet">
              {Object.entries(errors).map(([path, message]) => (
                <p key={path}>
                  <span className="tp-mono">{path.replace('flashlayer.', '').replace('settings.', '')}</span> {message}
                </p>
              ))}
            </Notice>
          </div>
        )}
        <div className={classes.footer}>{footer}</div>
      </div>
      <div className={classes.side}>
        <Section title="The same without this page">
          <CodeSnippet title="Equal commands" snippets={equalOf(body, location.origin)} />
        </Section>
      </div>
    </div>
  );
}

function standsFor({ verification }: Draft): string {
  if (verification === 'posted') return 'a proposer with a bond';
  const operators = 'operators of VITAL, who execute every block again and stand for it with restaked stake';
  return verification === 'vital'
    ? operators
    : `${operators} where this platform runs them, else a proposer with a bond`;
}

function coinOf({ currencyMode, currencyToken, tokenSymbol, tokenDecimals }: Draft): string {
  if (currencyMode === 'eth') return `${tokenSymbol}: ETH of the L1, one to one`;
  if (currencyMode === 'erc20') return `${tokenSymbol}: the L1 token ${shortHex(currencyToken)}, one to one`;
  return `${tokenSymbol}, ${tokenDecimals} decimals, created by genesis and faucet`;
}

function feesOf({ gasless, minBaseFee, dataFee, feeBase, feePriority, feeData }: Draft): string {
  if (gasless) return 'none';
  const base = minBaseFee.trim() === '' ? 'EIP-1559' : `EIP-1559, at least ${minBaseFee} gwei per gas`;
  const data = dataFee.trim() === '' ? '' : `, ${dataFee} gwei for each byte`;
  const others = [feeBase, feePriority, feeData].filter((each) => each.trim() !== '').length;
  return `${base}${data}; they go to ${others === 0 ? 'the owner' : 'the recipients you named'}`;
}
