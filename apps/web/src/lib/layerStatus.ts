import type { LayerDetail, LayerHealth, LayerStatus } from '@tephra/api';
import type { Tone } from '../components/StatusDot.tsx';

/** Status words of the API in words for people. */
export const STATUS: Record<LayerStatus, { label: string; tone: Tone; means: string }> = {
  STATUS_INITIALIZING: { label: 'Starting', tone: 'busy', means: 'Its place is reserved; the launch is about to run.' },
  STATUS_DEPLOYING: { label: 'Launching', tone: 'busy', means: 'The launch steps are running.' },
  STATUS_ACTIVE: { label: 'Active', tone: 'good', means: 'The chain takes transactions.' },
  STATUS_SETTLING: {
    label: 'Settling',
    tone: 'busy',
    means: 'No new transactions; its assets are on their way to the L1.',
  },
  STATUS_TERMINATED: { label: 'Ended', tone: 'done', means: 'Every asset is on the L1; the chain is gone.' },
  STATUS_FAILED: { label: 'Failed', tone: 'bad', means: 'A launch step failed; it can be tried again from there.' },
};

export const HEALTH: Record<LayerHealth, { label: string; tone: Tone; means: string }> = {
  starting: { label: 'Starting', tone: 'busy', means: 'The node is starting.' },
  healthy: { label: 'Healthy', tone: 'good', means: 'The node answers and seals blocks.' },
  restarting: {
    label: 'Restarting',
    tone: 'busy',
    means: 'The node ended and is being started again; nothing acknowledged is lost.',
  },
  'crash-looping': {
    label: 'Crash-looping',
    tone: 'bad',
    means: 'The node ended several times in a row. Its log below says why; then restart it.',
  },
  unreachable: { label: 'Unreachable', tone: 'warn', means: 'The node runs but does not answer.' },
  stopped: { label: 'Stopped', tone: 'idle', means: 'The node is not running.' },
};

/** Milliseconds until a free trial ends by itself; null when it does not. */
export function msLeft(detail: Pick<LayerDetail, 'expiresAt' | 'flashlayer'>, nowMs: number): number | null {
  if (detail.expiresAt === null || detail.flashlayer.status !== 'STATUS_ACTIVE') return null;
  return Math.max(0, Date.parse(detail.expiresAt) - nowMs);
}
