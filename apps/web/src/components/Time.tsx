import { formatAbsolute, formatRelative } from '../lib/format.ts';
import { useNow } from '../lib/useNow.ts';

/** Relative time that keeps itself current; the absolute time with its zone is in the title. `at` in ms. */
export function Time({ at, absolute = false }: { at: number; absolute?: boolean }) {
  const now = useNow();
  return (
    <time
      dateTime={new Date(at).toISOString()}
      title={formatAbsolute(at)}
      className="tp-num"
      style={{ whiteSpace: 'nowrap' }}
    >
      {absolute ? formatAbsolute(at) : formatRelative(at, now)}
    </time>
  );
}
