import { Button, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../lib/api.ts';
import { describeError } from '../lib/errors.ts';
import { formatAbsolute, formatDuration } from '../lib/format.ts';
import { notifyDone, notifyError } from '../lib/notify.ts';
import classes from './L1Clock.module.css';

const JUMPS = [
  { label: '+1 min', seconds: 60 },
  { label: '+1 h', seconds: 3_600 },
  { label: '+7 d', seconds: 604_800 },
] as const;

/** Time of the embedded L1 and jumps forward, so that windows can be tried at once. Trials of layers run on wall time. */
export function L1Clock() {
  const queryClient = useQueryClient();
  const time = useQuery({
    queryKey: ['l1-time'],
    queryFn: ({ signal }) => api.getDevnetTime({}, { signal }),
    refetchInterval: 5_000,
  });
  const travel = useMutation({
    mutationFn: (seconds: number) => api.travel({ body: { seconds } }),
    onSuccess: (now, seconds) => {
      queryClient.setQueryData(['l1-time'], now);
      notifyDone(`The L1 is ${formatDuration(seconds * 1_000)} later.`);
    },
    onError: (error) => notifyError('The L1 clock did not move', describeError(error).message),
  });
  if (time.data === undefined) return null;
  const ahead = time.data.aheadSeconds;
  return (
    <div className={classes.root}>
      <div>
        <span className={classes.label}>L1 time</span>{' '}
        <span className="tp-num">{formatAbsolute(time.data.l1Timestamp * 1_000)}</span>
        {ahead > 5 && <span className={classes.ahead}> ({formatDuration(ahead * 1_000)} ahead)</span>}
      </div>
      <Group gap={6}>
        {JUMPS.map((jump) => (
          <Button
            key={jump.label}
            size="compact-xs"
            variant="default"
            disabled={travel.isPending}
            onClick={() => travel.mutate(jump.seconds)}
            aria-label={`Move the L1 clock ${jump.label}`}
          >
            {jump.label}
          </Button>
        ))}
      </Group>
    </div>
  );
}
