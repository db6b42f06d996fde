import { SegmentedControl, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import type { Flashlayer } from '@tephra/api';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { LayersTable } from '../layer/LayersTable.tsx';
import { useLayers } from '../lib/queries.ts';
import classes from './LayersPage.module.css';

const route = getRouteApi('/layers');

const FILTERS = [
  { value: 'all', label: 'All' },
  { value: 'living', label: 'Living' },
  { value: 'ended', label: 'Ended' },
  { value: 'failed', label: 'Failed' },
] as const;
type Filter = (typeof FILTERS)[number]['value'];

function fits(layer: Flashlayer, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'ended':
      return layer.status === 'STATUS_TERMINATED';
    case 'failed':
      return layer.status === 'STATUS_FAILED';
    case 'living':
      return layer.status !== 'STATUS_TERMINATED' && layer.status !== 'STATUS_FAILED';
  }
}

export function LayersPage() {
  const { status, q } = route.useSearch();
  const navigate = route.useNavigate();
  const layers = useLayers();
  const words = q.trim().toLowerCase();
  const shown = (layers.data ?? []).filter(
    (layer) => fits(layer, status) && `${layer.name} ${layer.resources.chainId}`.toLowerCase().includes(words),
  );
  return (
    <>
      <PageHeader
        title="Layers"
        documentTitle="Layers"
        actions={
          <LinkButton to="/launch" leftSection={<IconPlus size={16} />}>
            Launch a layer
          </LinkButton>
        }
      />
      <div className={classes.filters}>
        <SegmentedControl
          size="sm"
          data={FILTERS.map(({ value, label }) => ({ value, label }))}
          value={status}
          onChange={(value) =>
            navigate({ search: (before) => ({ ...before, status: value as Filter }), replace: true })
          }
          aria-label="Which layers"
        />
        <TextInput
          placeholder="Name or chain id"
          aria-label="Find by name or chain id"
          value={q}
          onChange={(event) => {
            const { value } = event.currentTarget;
            void navigate({ search: (before) => ({ ...before, q: value }), replace: true });
          }}
          className={classes.find}
        />
      </div>
      {layers.isPending ? (
        <TableSkeleton rows={6} />
      ) : layers.isError && layers.data === undefined ? (
        <ErrorState title="The layers could not be listed" error={layers.error} onRetry={() => layers.refetch()} />
      ) : shown.length > 0 ? (
        <LayersTable layers={shown} />
      ) : layers.data.length === 0 ? (
        <EmptyState title="No layer yet" action={<LinkButton to="/launch">Launch your first layer</LinkButton>}>
          Pick a template and it is up in seconds.
        </EmptyState>
      ) : (
        <EmptyState
          title="No layer fits these filters"
          action={
            <LinkButton variant="default" to="/layers" search={{ status: 'all', q: '' }}>
              Show all layers
            </LinkButton>
          }
        />
      )}
    </>
  );
}
