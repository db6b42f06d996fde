import { Hash } from './Hash.tsx';

/** A transaction of the L1, opened in our own view of it. */
export function L1Hash({ value }: { value: string }) {
  return <Hash value={value} label="L1 transaction hash" to={`/l1/tx/${value}`} />;
}
