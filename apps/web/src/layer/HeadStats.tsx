import { ratesOf } from '../chain/ChainFeed.ts';
import { useFeed } from '../chain/useChain.tsx';
import { Stats } from '../components/Stat.tsx';
import { TierIcon } from '../components/TierBadge.tsx';
import { formatCount } from '../lib/format.ts';
import classes from './HeadStats.module.css';

/** How far each tier has come, and how busy the chain is. */
export function HeadStats() {
  const { heads, blocks } = useFeed();
  const rates = ratesOf(blocks).slice(-10);
  const perSecond = rates.length === 0 ? 0 : rates.reduce((sum, each) => sum + each.transactions, 0) / rates.length;
  const head = (value: bigint | undefined) => (value === undefined ? '–' : formatCount(value));
  const behind = (value: bigint | undefined) =>
    value === undefined || heads === null
      ? undefined
      : value === heads.latest
        ? 'at the head'
        : `${formatCount(heads.latest - value)} behind`;
  return (
    <Stats
      items={[
        { label: 'Head', value: head(heads?.latest) },
        {
          label: <Label tier={2}>Verified</Label>,
          key: 'Verified',
          value: head(heads?.safe),
          note: behind(heads?.safe),
        },
        {
          label: <Label tier={3}>Final</Label>,
          key: 'Final',
          value: head(heads?.finalized),
          note: behind(heads?.finalized),
        },
        {
          label: 'Transactions/s',
          value: perSecond >= 10 ? formatCount(Math.round(perSecond)) : perSecond.toFixed(1),
          note: 'last 10 s',
        },
      ]}
    />
  );
}

function Label({ tier, children }: { tier: 2 | 3; children: string }) {
  return (
    <span className={classes.label}>
      <TierIcon tier={tier} size={12} />
      {children}
    </span>
  );
}
