import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { useDocumentTitle } from '../components/PageHeader.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { findByName } from '../lib/findLayer.ts';
import { useLayers } from '../lib/queries.ts';

/** What stands in a layer's address is no id of a layer: people write its name there, so go to that one, part and all. */
export function LayerByName({ name }: { name: string }) {
  const layers = useLayers();
  const navigate = useNavigate();
  const found = layers.data === undefined ? undefined : findByName(layers.data, name);
  const id = found?.id;
  useDocumentTitle(name);
  useEffect(() => {
    if (id === undefined) return;
    const { pathname, search, hash } = location;
    const rest = pathname.split('/').slice(3).join('/');
    void navigate({ href: `/layers/${id}${rest === '' ? '' : `/${rest}`}${search}${hash}`, replace: true });
  }, [id, navigate]);
  if (layers.isPending || found !== undefined) return <TableSkeleton rows={6} />;
  if (layers.isError && layers.data === undefined) {
    return <ErrorState title="The layers could not be listed" error={layers.error} onRetry={() => layers.refetch()} />;
  }
  return (
    <EmptyState title={`There is no layer ${name}`} action={<LinkButton to="/layers">All layers</LinkButton>}>
      No layer of this platform has that id or name. It may belong to another platform or data directory.
    </EmptyState>
  );
}
