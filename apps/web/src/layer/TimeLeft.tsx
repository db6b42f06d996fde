import type { LayerDetail } from '@tephra/api';
import { formatAbsolute, formatDuration } from '../lib/format.ts';
import { msLeft } from '../lib/layerStatus.ts';
import { useNow } from '../lib/useNow.ts';
import classes from './TimeLeft.module.css';

/** Time before a free trial ends; a warning in its last ten minutes. */
export function TimeLeft({ detail }: { detail: LayerDetail }) {
  const now = useNow();
  const left = msLeft(detail, now);
  if (left === null || detail.expiresAt === null) return null;
  return (
    <>
      {' · '}
      <span
        title={formatAbsolute(Date.parse(detail.expiresAt))}
        className={classes.left}
        data-near={left < 600_000 || undefined}
      >
        {left === 0 ? 'ending now' : `ends in ${formatDuration(left)}`}
      </span>
    </>
  );
}
