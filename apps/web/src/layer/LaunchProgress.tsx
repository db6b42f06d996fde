import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { LayerDetail } from '@tephra/api';
import { ErrorState } from '../components/ErrorState.tsx';
import { Notice } from '../components/Notice.tsx';
import { Section } from '../components/Section.tsx';
import { StepList } from '../components/StepList.tsx';
import { api } from '../lib/api.ts';
import { formatDuration } from '../lib/format.ts';
import type { LogLine } from '../lib/useLayerEvents.ts';
import classes from './LaunchProgress.module.css';
import { LogView } from './LogView.tsx';

/** The launch while it runs or after it failed: steps, live log, and the way on. */
export function LaunchProgress({ detail, lines }: { detail: LayerDetail; lines: readonly LogLine[] }) {
  const steps = detail.steps.filter((step) => step.phase === 'launch');
  const failed = steps.find((step) => step.status === 'failed');
  return (
    <div className={classes.columns}>
      <Section title={failed === undefined ? 'Launching' : 'The launch stopped'} note={totalOf(steps)}>
        {failed !== undefined && <FailedStep detail={detail} />}
        <StepList steps={steps} label="Steps of the launch" />
      </Section>
      <Section title="Log">
        <LogView lines={lines} label="Log of the launch" />
      </Section>
    </div>
  );
}

/** Sum of the steps so far. */
export function totalOf(steps: LayerDetail['steps']): string | undefined {
  const ms = steps.reduce((sum, step) => sum + (step.durationMs ?? 0), 0);
  return ms === 0 ? undefined : formatDuration(ms);
}

/** Cause, fix, and retry from the step that failed. */
export function FailedStep({ detail }: { detail: LayerDetail }) {
  const queryClient = useQueryClient();
  const { id } = detail.flashlayer;
  const retry = useMutation({
    mutationFn: () => api.retryFlashlayer({ params: { id } }),
    onSuccess: (fresh) => queryClient.setQueryData(['layer', id], fresh),
  });
  const step = detail.steps.find((each) => each.status === 'failed');
  if (step === undefined) return null;
  return (
    <div className={classes.failed}>
      <Notice
        tone="bad"
        title={`“${step.title}” failed`}
        action={
          <Button size="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
            Retry from here
          </Button>
        }
      >
        <p>{step.error?.message ?? 'The log says more.'}</p>
        {step.error?.hint !== undefined && <p>{step.error.hint}</p>}
      </Notice>
      {retry.isError && <ErrorState title="It could not be tried again" error={retry.error} />}
    </div>
  );
}
