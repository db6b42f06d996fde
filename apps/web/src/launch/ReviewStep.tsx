import type { PlatformInfo } from '@tephra/api';
import type { ReactNode } from 'react';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { KeyValue } from '../components/KeyValue.tsx';
import { Notice } from '../components/Notice.tsx';
import { Section } from '../components/Section.tsx';
import { formatDuration, formatGas, plural } from '../lib/format.ts';
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
  const embedded = platform?.l1.embedded ?? true;
  const trial = platform === undefined ? '2 h' : formatDuration(platform.limits.freeTrialSeconds * 1_000);
  return (
    <div className={classes.root}>
      <div className={classes.main}>
        <Section title="What will be made">
          <KeyValue
            items={[
              ['Name', <strong key="n">{draft.name}</strong>],
              ['Blocks', `every ${draft.blockTime} s, up to ${formatGas(Number(draft.blockGasLimit))} gas`],
              ['Coin', `${draft.tokenSymbol}, ${draft.tokenDecimals} decimals, created by genesis and faucet`],
              ['Fees on the layer', draft.gasless ? 'none' : 'EIP-1559, from 1 gwei'],
              [
                'Starts with coin',
                draft.genesisAccounts.length === 0 ? 'nobody' : plural(draft.genesisAccounts.length, 'account'),
              ],
              ['Life', draft.freeTrial ? `ends by itself after ${trial}` : 'until you end it'],
            ]}
          />
        </Section>
        <Section title="What it costs">
          <KeyValue
            items={[
              [
                'Now',
                'one L1 transaction: contracts, the proposer’s bond, and the escrow that pays for the settlement at the end',
              ],
              ['While it lives', 'L1 gas of the packs that the proposer posts, less when nothing happens'],
              [
                'Paid by',
                embedded
                  ? 'the platform’s dev account on the embedded L1: nothing of value'
                  : 'the platform’s L1 account',
              ],
            ]}
          />
        </Section>
        <Section title="Who is trusted for what">
          <KeyValue
            items={[
              [
                'Order',
                'one producer, run by this platform. It can delay a transaction; it cannot leave an L1 deposit out for long.',
              ],
              ['Promise', 'the producer, whose signature proves a broken promise.'],
              [
                'State',
                `the bonded proposer. Its claims and all data are on the L1, where anyone can rebuild the chain and compare during ${window}; the on-chain game that would void a wrong claim is not part of this version.`,
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
