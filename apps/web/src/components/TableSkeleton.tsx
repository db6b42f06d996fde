import { Skeleton } from '@mantine/core';

/** Grey lines where rows will stand. */
export function TableSkeleton({ rows }: { rows: number }) {
  return (
    <div role="status" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <Skeleton key={index} h={14} my={14} w={`${100 - ((index * 13) % 30)}%`} />
      ))}
    </div>
  );
}
