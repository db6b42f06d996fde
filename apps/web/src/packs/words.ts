import type { PackAnswer, PackStatus } from '@tephra/api';
import type { Tone } from '../components/StatusDot.tsx';
import { formatDuration } from '../lib/format.ts';

/** States of a pack in words for people. */
export const PACK_WORDS: Record<PackStatus, { label: string; tone: Tone; means: string }> = {
  open: { label: 'Window open', tone: 'busy', means: 'Anybody can challenge it until its window ends.' },
  contested: {
    label: 'Contested',
    tone: 'warn',
    means:
      'It, or an earlier pack on which it builds, is disputed. It becomes final when every such challenge has failed.',
  },
  final: { label: 'Final', tone: 'done', means: 'Its window ended undisputed. Withdrawals in it can be paid.' },
  reverted: { label: 'Reverted', tone: 'bad', means: 'The L1 voided it: a challenge was right.' },
};

/** What the window of a pack does now; `l1NowMs` is the L1's clock, null while unknown. */
export function windowText(
  pack: Pick<PackAnswer, 'status' | 'windowEnd' | 'waitsFor' | 'index'>,
  l1NowMs: number | null,
): string {
  if (pack.status === 'reverted') return 'voided';
  if (pack.status === 'final') return 'over';
  const left = l1NowMs === null ? null : pack.windowEnd * 1_000 - l1NowMs;
  const waits =
    pack.waitsFor === null
      ? null
      : pack.waitsFor === pack.index
        ? 'waits for its challenge'
        : `waits for pack ${pack.waitsFor}`;
  if (left === null) return waits ?? '…';
  if (left > 0) return waits === null ? `${formatDuration(left)} left` : `${formatDuration(left)} left, ${waits}`;
  return waits ?? 'over';
}
