import { useL1Time } from '../lib/useL1Time.ts';
import { useNow } from '../lib/useNow.ts';
import { Time } from './Time.tsx';

/** A time by the L1's clock, in seconds, relative to the L1's now: the embedded one's can be moved. */
export function L1Time({ at, absolute = false }: { at: number; absolute?: boolean }) {
  const l1Now = useL1Time();
  const now = useNow();
  return <Time at={at * 1_000} absolute={absolute} aheadMs={l1Now === null ? 0 : l1Now - now} />;
}
