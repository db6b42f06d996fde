import { Tooltip } from '@mantine/core';
import { IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { useFeed } from '../chain/useChain.tsx';
import { formatDuration } from '../lib/format.ts';
import { useNow } from '../lib/useNow.ts';
import classes from './StaleBadge.module.css';

const STALE_MS = 6_000;

/** Says when what stands on the page is not live: stale data, or polling instead of a push connection. */
export function StaleBadge() {
  const { link, updatedAt } = useFeed();
  const now = useNow();
  if (updatedAt === 0) return null;
  const age = now - updatedAt;
  if (link === 'down' || age > STALE_MS) {
    return (
      <span className={classes.badge} data-tone="warn" role="status">
        <IconPlugConnectedX size={14} stroke={1.8} aria-hidden="true" />
        Stale, {formatDuration(Math.max(age, 0))} old
      </span>
    );
  }
  if (link === 'polling') {
    return (
      <Tooltip label="The push connection is away; blocks are asked for instead.">
        <span className={classes.badge}>
          <IconRefresh size={14} stroke={1.8} aria-hidden="true" />
          Polling
        </span>
      </Tooltip>
    );
  }
  return null;
}
