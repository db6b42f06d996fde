import type { LayerDetail } from '@tephra/api';
import { Section } from '../components/Section.tsx';
import { StepList } from '../components/StepList.tsx';
import { formatDuration } from '../lib/format.ts';
import type { LogLine } from '../lib/useLayerEvents.ts';
import classes from './LaunchProgress.module.css';
import { LogView } from './LogView.tsx';
import { RetryButton } from './RetryButton.tsx';

/** The launch while it runs or after it failed: steps, live log, and the way on. */
export function LaunchProgress({ detail, lines }: { detail: LayerDetail; lines: readonly LogLine[] }) {
  const steps = detail.steps.filter((step) => step.phase === 'launch');
  const failed = steps.some((step) => step.status === 'failed');
  return (
    <div className={classes.columns}>
      <Section title={failed ? 'The launch stopped' : 'Launching'} note={totalOf(steps)}>
        <StepList steps={steps} label="Steps of the launch" retry={<Retry detail={detail} />} />
      </Section>
      <Section title="Log">
        <LogView lines={lines} label="Log of the launch" />
      </Section>
    </div>
  );
}

/** Stands beside the cause in the step that failed. */
export function Retry({ detail }: { detail: LayerDetail }) {
  return <RetryButton id={detail.flashlayer.id} label="Retry from here" />;
}

/** Sum of the steps so far. */
export function totalOf(steps: LayerDetail['steps']): string | undefined {
  const ms = steps.reduce((sum, step) => sum + (step.durationMs ?? 0), 0);
  return ms === 0 ? undefined : formatDuration(ms);
}
