import { useQuery } from '@tanstack/react-query';
import { StatusDot } from '../components/StatusDot.tsx';
import { avsStatusQuery } from '../restake/queries.ts';
import { AVS_STATES } from './avsState.ts';

/** Whether an AVS certifies now, in two words. */
export function AvsBadge({ avs }: { avs: string }) {
  const status = useQuery(avsStatusQuery(avs));
  if (status.data === undefined) {
    return status.isError ? <StatusDot tone="warn">Aggregator away</StatusDot> : <StatusDot tone="busy">…</StatusDot>;
  }
  const { tone, label } = AVS_STATES[status.data.state];
  return <StatusDot tone={tone}>{label}</StatusDot>;
}
