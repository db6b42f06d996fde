import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useLayerChain } from '../chain/useChain.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { settlementQuery } from '../lib/queries.ts';
import { Ledger } from '../settlement/Ledger.tsx';
import { Preview } from '../settlement/Preview.tsx';

const route = getRouteApi('/layers/$id/settlement');

/** A living layer: what an end would do. An ending or ended one: the ledger, asset by asset and owner by owner. */
export function SettlementPage() {
  const { id } = route.useParams();
  const { layer } = useLayerChain();
  useDocumentTitle(`Settlement of ${layer.name}`);
  const over = layer.status === 'STATUS_TERMINATED';
  const begun = layer.status === 'STATUS_SETTLING' || over;
  const ledger = useQuery({ ...settlementQuery(id, !over), enabled: begun || layer.status === 'STATUS_FAILED' });
  if (layer.status === 'STATUS_ACTIVE') return <Preview />;
  if (!begun && layer.status !== 'STATUS_FAILED') {
    return <EmptyState title="Nothing to settle yet">{layer.name} is still being launched.</EmptyState>;
  }
  if (ledger.isPending) return <TableSkeleton rows={8} />;
  if (ledger.isError)
    return <ErrorState title="The ledger could not be read" error={ledger.error} onRetry={() => ledger.refetch()} />;
  return <Ledger ledger={ledger.data} />;
}
