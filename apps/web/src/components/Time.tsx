import { formatAbsolute, formatRelative } from '../lib/format.ts';
import { useNow } from '../lib/useNow.ts';

/** Relative time that keeps itself current; the absolute time with its zone is in the title. `at` in ms; `aheadMs` for clocks
 * that run ahead of the wall's. */
export function Time({ at, absolute = false, aheadMs = 0 }: { at: number; absolute?: boolean; aheadMs?: number }) {
  const now = useNow();
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={formatAbsolute(at)}
      className="tp-num"
      style={{ whiteSpace: 'nowrap' }}
    >
      {absolute ? formatAbsolute(at) : formatRelative(at, now + aheadMs)}
    </time>
  );
}
