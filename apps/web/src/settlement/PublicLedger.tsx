import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '../components/ErrorState.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { settlementQuery } from '../lib/queries.ts';
import { Ledger } from './Ledger.tsx';

/** The ledger for visitors without an access token: it is public, stays for ever, and pays claims from any wallet. */
export function PublicLedger({ id }: { id: string }) {
  const ledger = useQuery(settlementQuery(id, false));
  const name = ledger.data?.layer.name ?? `layer ${id}`;
  return (
    <>
      <PageHeader title={`Settlement of ${name}`} documentTitle={`Settlement of ${name}`} />
      {ledger.isPending ? (
        <TableSkeleton rows={8} />
      ) : ledger.isError ? (
        <ErrorState title="The ledger could not be read" error={ledger.error} onRetry={() => ledger.refetch()} />
      ) : (
        <Ledger ledger={ledger.data} />
      )}
    </>
  );
}
