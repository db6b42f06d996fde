import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { OperatorHostAnswer } from '@tephra/api';
import { isAddressEqual } from 'viem';
import { StatusDot, type Tone } from '../components/StatusDot.tsx';
import { Time } from '../components/Time.tsx';
import { api } from '../lib/api.ts';
import { describeError } from '../lib/errors.ts';
import { notifyError } from '../lib/notify.ts';
import { hostsQuery } from '../restake/queries.ts';
import classes from './Operators.module.css';

const STATES: Record<OperatorHostAnswer['state'], { label: string; tone: Tone }> = {
  stopped: { label: 'Stopped', tone: 'idle' },
  starting: { label: 'Starting', tone: 'busy' },
  running: { label: 'Running', tone: 'good' },
  restarting: { label: 'Restarting', tone: 'busy' },
  'crash-looping': { label: 'Crash-looping', tone: 'bad' },
};

/** The process of an operator that this platform runs, with the switch that shows what an AVS does without it. */
export function HostControl({ operator }: { operator: string }) {
  const queryClient = useQueryClient();
  const host = useQuery(hostsQuery).data?.find((each) => isAddressEqual(each.address, operator as `0x${string}`));
  const turn = useMutation({
    mutationFn: ({ name, on }: { name: string; on: boolean }) =>
      on ? api.startOperatorHost({ params: { name } }) : api.stopOperatorHost({ params: { name } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: hostsQuery.queryKey }),
    onError: (error) => notifyError('The process was not changed', describeError(error).message),
  });
  if (host === undefined) return null;
  const { label, tone } = STATES[host.state];
  const on = host.state === 'stopped';
  return (
    <div className={classes.host}>
      <span>
        Process <code>{host.name}</code> of this platform: <StatusDot tone={tone}>{label}</StatusDot>{' '}
        <span className={classes.dim}>
          since <Time at={Date.parse(host.since)} />
          {host.reason !== null && host.state !== 'running' && `, ${host.reason}`}
        </span>
      </span>
      <Button size="xs" variant="default" loading={turn.isPending} onClick={() => turn.mutate({ name: host.name, on })}>
        {on ? 'Start it' : 'Stop it'}
      </Button>
    </div>
  );
}
