import type { AvsStatus, AvsTask } from '@tephra/api';
import type { Tone } from '../components/StatusDot.tsx';
import { staysOffL1 } from './taskTitle.ts';

export const AVS_STATES: Record<AvsStatus['state'], { label: string; tone: Tone; means: string }> = {
  certifying: { label: 'Certifying', tone: 'good', means: 'Enough stake signs; certificates come.' },
  'below-threshold': {
    label: 'Below threshold',
    tone: 'bad',
    means: 'Too little stake signs, so there are no certificates.',
  },
  idle: { label: 'Idle', tone: 'idle', means: 'No task was given lately.' },
};

type StateText = { label: string; tone: Tone };

const TASK_STATES: Record<AvsTask['state'], StateText> = {
  open: { label: 'Collecting signatures', tone: 'busy' },
  certified: { label: 'Certified', tone: 'busy' },
  submitted: { label: 'Sent to the L1', tone: 'busy' },
  confirmed: { label: 'Verified on the L1', tone: 'done' },
  expired: { label: 'Expired', tone: 'warn' },
  failed: { label: 'Refused by the L1', tone: 'bad' },
};

export function taskState({ taskId, state }: Pick<AvsTask, 'taskId' | 'state'>): StateText {
  if (state === 'confirmed' && staysOffL1(taskId)) return { label: 'Taken by the node', tone: 'done' };
  return TASK_STATES[state];
}

/** "83 % and 91 %, 67 % needed", or with each quorum's own threshold where they differ. */
export function signedText(task: Pick<AvsTask, 'signedPercentages' | 'thresholdPercentages'>): string {
  const { signedPercentages: signed, thresholdPercentages: needed } = task;
  const same = needed.every((each) => each === needed[0]);
  if (same) return `${signed.map((each) => `${each} %`).join(' and ')} of ${needed[0] ?? 0} % needed`;
  return signed.map((each, index) => `${each} % of ${needed[index] ?? 0} % needed`).join(', ');
}
