import { getRouteApi, Link, Navigate } from '@tanstack/react-router';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { LayersTable } from '../layer/LayersTable.tsx';
import { findByRpcUrl } from '../lib/findLayer.ts';
import { useLayers } from '../lib/queries.ts';

const route = getRouteApi('/explorer');

/** The `explorer` URL of the API: goes on to the layer with this RPC URL. */
export function ExplorerPage() {
  const { rpcUrl } = route.useSearch();
  const layers = useLayers();
  if (layers.isPending) return <TableSkeleton rows={4} />;
  if (layers.isError && layers.data === undefined) {
    return <ErrorState title="The layers could not be listed" error={layers.error} onRetry={() => layers.refetch()} />;
  }
  const found = rpcUrl === undefined ? undefined : findByRpcUrl(layers.data, rpcUrl);
  if (found !== undefined) return <Navigate to="/layers/$id/blocks" params={{ id: found.id }} replace />;
  return (
    <>
      <PageHeader title="Explorer" documentTitle="Explorer">
        {rpcUrl === undefined ? 'Choose the layer to look into.' : `No layer of this platform answers at ${rpcUrl}.`}
      </PageHeader>
      {layers.data.length > 0 ? (
        <LayersTable layers={layers.data} />
      ) : (
        <EmptyState
          title="No layer yet"
          action={
            <Link to="/launch" className="tp-link">
              Launch one
            </Link>
          }
        />
      )}
    </>
  );
}
