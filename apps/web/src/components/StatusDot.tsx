import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleFilled,
  IconCircleXFilled,
  IconHourglassHigh,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './StatusDot.module.css';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle' | 'done';

const ICONS = {
  good: IconCircleFilled,
  busy: IconCircleDashed,
  warn: IconAlertTriangleFilled,
  bad: IconCircleXFilled,
  idle: IconHourglassHigh,
  done: IconCircleCheckFilled,
};

/** State as icon, colour and word together. */
export function StatusDot({ tone, children }: { tone: Tone; children: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <span className={classes.root} data-tone={tone}>
      <Icon size={tone === 'good' ? 9 : 14} aria-hidden="true" className={classes.icon} />
      <span>{children}</span>
    </span>
  );
}
