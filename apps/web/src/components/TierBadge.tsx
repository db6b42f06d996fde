import { Tooltip } from '@mantine/core';
import type { FinalityTier } from '@tephra/protocol';
import { TIERS } from '../chain/tiers.ts';
import classes from './TierBadge.module.css';

/** Strata icon (filled from the bottom), word, and what the tier means on hover. Never a bare "confirmed". */
export function TierBadge({ tier }: { tier: FinalityTier }) {
  const { name, short } = TIERS[tier];
  return (
    <Tooltip label={short} multiline maw={280}>
      <span className={classes.badge} data-tier={tier}>
        <TierIcon tier={tier} />
        {name}
      </span>
    </Tooltip>
  );
}

/** Four layers; the ones that have settled are filled. */
export function TierIcon({ tier, size = 14 }: { tier: FinalityTier | -1; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden="true" className={classes.icon}>
      {[3, 2, 1, 0].map((level, row) => (
        <rect
          key={level}
          x="1"
          y={0.5 + row * 3.5}
          width="12"
          height="2.5"
          rx="1"
          className={level <= tier ? classes.filled : classes.open}
        />
      ))}
    </svg>
  );
}
