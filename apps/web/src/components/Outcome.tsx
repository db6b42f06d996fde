import { StatusDot } from './StatusDot.tsx';

/** Outcome of a transaction; `null` while it is on the open block. */
export function Outcome({ status }: { status: 'success' | 'reverted' | null }) {
  if (status === null) return <StatusDot tone="busy">On the open block</StatusDot>;
  return status === 'success' ? <StatusDot tone="done">Success</StatusDot> : <StatusDot tone="bad">Failed</StatusDot>;
}
