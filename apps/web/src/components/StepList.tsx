import { IconCircle, IconCircleCheckFilled, IconCircleXFilled, IconLoader2 } from '@tabler/icons-react';
import type { LayerStep } from '@tephra/api';
import type { ReactNode } from 'react';
import { formatDuration } from '../lib/format.ts';
import { useNow } from '../lib/useNow.ts';
import { L1Hash } from './L1Hash.tsx';
import classes from './StepList.module.css';

const ICONS = { pending: IconCircle, running: IconLoader2, done: IconCircleCheckFilled, failed: IconCircleXFilled };
const WORDS = { pending: 'Waiting', running: 'Running', done: 'Done', failed: 'Failed' };

/** Fixed steps in order, each with state, duration and its L1 transaction. */
export function StepList({
  steps,
  label,
  retry,
}: {
  steps: readonly LayerStep[];
  label: string;
  /** The way on, shown in a step that failed. */
  retry?: ReactNode;
}) {
  return (
    <ol className={classes.list} aria-label={label}>
      {steps.map((step) => {
        const Icon = ICONS[step.status];
        return (
          <li key={step.name} className={classes.step} data-status={step.status}>
            <Icon size={18} className={classes.icon} aria-hidden="true" stroke={1.8} />
            <div className={classes.body}>
              <span className={classes.title}>
                {step.title}
                <span className="tp-visually-hidden">: {WORDS[step.status]}</span>
              </span>
              {step.attempt > 1 && <span className={classes.note}>attempt {step.attempt}</span>}
              {step.l1TransactionHash !== undefined && (
                <span className={classes.note}>
                  L1 <L1Hash value={step.l1TransactionHash} />
                </span>
              )}
              {step.status === 'failed' && (
                <div className={classes.error} role="alert">
                  <p className={classes.cause}>{step.error?.message ?? 'It failed; the log says more.'}</p>
                  {step.error?.hint !== undefined && <p>{step.error.hint}</p>}
                  {retry !== undefined && <div className={classes.retry}>{retry}</div>}
                </div>
              )}
            </div>
            <span className={classes.duration}>
              <Duration step={step} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Duration({ step }: { step: LayerStep }) {
  const now = useNow();
  if (step.durationMs !== null) return formatDuration(step.durationMs);
  if (step.status !== 'running' || step.startedAt === null) return null;
  return formatDuration(Math.max(0, now - Date.parse(step.startedAt)));
}
