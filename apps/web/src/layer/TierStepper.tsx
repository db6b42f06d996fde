import { Link } from '@tanstack/react-router';
import type { FinalityEvidence, FinalityTier } from '@tephra/protocol';
import type { ReactNode } from 'react';
import type { FinalityAnswer } from '../chain/finality.ts';
import { TIERS, tierOfEvidence } from '../chain/tiers.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { L1Hash } from '../components/L1Hash.tsx';
import { TierIcon } from '../components/TierBadge.tsx';
import { Time } from '../components/Time.tsx';
import { formatCount, formatDuration, shortHex } from '../lib/format.ts';
import { useNow } from '../lib/useNow.ts';
import classes from './TierStepper.module.css';
import { VitalEvidence } from './VitalEvidence.tsx';

const ORDER: readonly FinalityTier[] = [0, 1, 2, 3];

/**
 * The four tiers with the evidence for each, and what could still undo the highest one. A tier without evidence is not
 * claimed. `l1Now` is the L1's clock in ms, by which windows run.
 */
export function TierStepper({
  finality,
  l1Now,
  first = 0,
}: {
  finality: FinalityAnswer;
  l1Now: number | null;
  /** 1 for blocks: a promise is given for a transaction. */
  first?: FinalityTier;
}) {
  const tiers = ORDER.filter((tier) => tier >= first);
  return (
    <div>
      <ol className={classes.list} aria-label="Tiers" data-count={tiers.length}>
        {tiers.map((tier) => {
          const reached = tier <= finality.tier;
          const proof = finality.evidence.filter((each) => tierOfEvidence(each) === tier);
          return (
            <li
              key={tier}
              data-tier={tier}
              className={classes.step}
              data-reached={reached || undefined}
              data-current={tier === finality.tier || undefined}
            >
              <span className={classes.icon}>
                <TierIcon tier={reached ? tier : -1} size={20} />
              </span>
              <div className={classes.body}>
                <p className={classes.name}>
                  {TIERS[tier].name}
                  <span className="tp-visually-hidden">{reached ? ': reached' : ': not yet'}</span>
                </p>
                <p className={classes.means}>{TIERS[tier].means}</p>
                {proof.map((each) => (
                  <div key={each.kind} className={classes.proof}>
                    <Evidence evidence={each} block={finality.blockNumber} />
                  </div>
                ))}
                {tier === finality.tier + 1 && <Waiting tier={tier} finality={finality} l1Now={l1Now} />}
              </div>
            </li>
          );
        })}
      </ol>
      <p className={classes.risk} data-tier={finality.tier}>
        <strong>{finality.tier === 3 ? 'It stays.' : 'What could still revert this:'}</strong>{' '}
        {TIERS[finality.tier].risk}
      </p>
    </div>
  );
}

function Waiting({ tier, finality, l1Now }: { tier: FinalityTier; finality: FinalityAnswer; l1Now: number | null }) {
  const now = useNow();
  let text: ReactNode = null;
  if (tier === 1) text = 'Waits for the block to be sealed.';
  if (tier === 2) text = 'Waits for operators to check it, or for the next pack on the L1.';
  if (tier === 3 && finality.finalAt !== null) {
    const left = Number(finality.finalAt) * 1_000 - (l1Now ?? now);
    text =
      left > 0
        ? `The window is open for another ${formatDuration(left)} of L1 time.`
        : 'The window is over; waits for the L1 block to be final.';
  }
  return text === null ? null : <p className={classes.waiting}>{text}</p>;
}

function Evidence({ evidence, block }: { evidence: FinalityEvidence; block: bigint }) {
  switch (evidence.kind) {
    case 'promise':
      return (
        <>
          Position {evidence.preconfirmation.transactionIndex} in block{' '}
          {formatCount(evidence.preconfirmation.blockNumber)}, signed{' '}
          <Signature value={evidence.preconfirmation.signature} />
        </>
      );
    case 'producer-signature':
      return (
        <>
          Signed by <Address value={evidence.producer} copy={false} /> <Signature value={evidence.signature} />
        </>
      );
    case 'vital-certificate':
      return <VitalEvidence evidence={evidence} block={block} />;
    case 'l1-inclusion':
      return (
        <>
          <PackLink index={evidence.packIndex} /> in L1 block {formatCount(evidence.l1BlockNumber)}, transaction{' '}
          <L1Hash value={evidence.l1TransactionHash} />
        </>
      );
    case 'window-over':
      return (
        <>
          The window of pack {formatCount(evidence.packIndex)} ended undisputed{' '}
          <Time at={Number(evidence.windowEnd) * 1_000} absolute />
        </>
      );
  }
}

/** The pack in its page; pack 0 is the genesis, which nobody posted. */
function PackLink({ index }: { index: bigint }) {
  const { id } = useLayerChain();
  if (index === 0n) return 'Pack 0';
  return (
    <Link to="/layers/$id/packs/$index" params={{ id, index: String(index) }} className="tp-link">
      Pack {formatCount(index)}
    </Link>
  );
}

function Signature({ value }: { value: string }) {
  return (
    <span className={classes.signature}>
      <span className="tp-mono" title={value}>
        {shortHex(value, 8, 4)}
      </span>
      <CopyButton value={value} label="signature" />
    </span>
  );
}
