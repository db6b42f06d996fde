import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from './ErrorState.tsx';
import { TableSkeleton } from './TableSkeleton.tsx';

/** What a query found; until then its shape in grey, or why it failed. Data that was there stays when a renewal fails. */
export function Loaded<Data>({
  query,
  what,
  rows = 4,
  children,
}: {
  query: UseQueryResult<Data>;
  /** "The operators", for the sentence that says it could not be read. */
  what: string;
  /** Grey lines meanwhile. */
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) {
    return <ErrorState title={`${what} could not be read`} error={query.error} onRetry={() => query.refetch()} />;
  }
  return <TableSkeleton rows={rows} />;
}
