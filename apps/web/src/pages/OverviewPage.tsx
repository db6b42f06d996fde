import { Skeleton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { CopyField } from '../components/CopyField.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { LinkButton } from '../components/LinkButton.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { Section } from '../components/Section.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { LayersTable } from '../layer/LayersTable.tsx';
import { formatCount } from '../lib/format.ts';
import { useLayers, usePlatform } from '../lib/queries.ts';
import { DevAccounts } from '../overview/DevAccounts.tsx';
import { L1Clock } from '../overview/L1Clock.tsx';
import { RestakingState } from '../overview/RestakingState.tsx';
import classes from './OverviewPage.module.css';

/** The banner of `up` as a page: what runs, where, and the one next thing to do. */
export function OverviewPage() {
  const platform = usePlatform();
  const layers = useLayers();
  const shown = (layers.data ?? []).filter((layer) => layer.status !== 'STATUS_TERMINATED').slice(0, 8);
  const info = platform.data;
  return (
    <>
      <PageHeader
        title="Overview"
        documentTitle="Overview"
        actions={
          shown.length > 0 && (
            <LinkButton to="/launch" leftSection={<IconPlus size={16} />}>
              Launch a layer
            </LinkButton>
          )
        }
      >
        {info === undefined ? (
          <Skeleton h={14} w={320} mt={6} />
        ) : (
          <>
            Tephra {info.version} on {info.l1.embedded ? 'its embedded L1' : 'an external L1'}, chain {info.l1.chainId}
            {info.l1.blockNumber !== null && <>, block {formatCount(info.l1.blockNumber)}</>}.
          </>
        )}
      </PageHeader>

      {platform.isError && info === undefined && (
        <ErrorState
          title="The platform's facts could not be read"
          error={platform.error}
          onRetry={() => platform.refetch()}
        />
      )}

      <Section
        title="Layers"
        actions={
          <Link to="/layers" className="tp-link">
            All layers
          </Link>
        }
      >
        {layers.isPending ? (
          <TableSkeleton rows={3} />
        ) : layers.isError && layers.data === undefined ? (
          <ErrorState title="The layers could not be listed" error={layers.error} onRetry={() => layers.refetch()} />
        ) : shown.length === 0 ? (
          <EmptyState title="No layer yet" action={<LinkButton to="/launch">Launch your first layer</LinkButton>}>
            A layer is a rollup of your own: it is up in seconds, and when it ends every asset on it is paid out on the
            L1.
          </EmptyState>
        ) : (
          <LayersTable layers={shown} />
        )}
      </Section>

      <div className={classes.columns}>
        <Section title="Endpoints">
          {info === undefined ? (
            <TableSkeleton rows={4} />
          ) : (
            <>
              <CopyField label="Dashboard" value={info.url} />
              <CopyField label="API" value={`${info.url}/v1`} />
              <CopyField label="API reference" value={`${info.url}/docs`} href="/docs" />
              <CopyField label="L1 RPC" value={info.l1.rpcUrl} />
              <CopyField label="L1 chain id" value={String(info.l1.chainId)} />
            </>
          )}
        </Section>
        <Section title="Contracts on the L1">
          {info === undefined ? (
            <TableSkeleton rows={2} />
          ) : (
            <>
              <CopyField label="Rollup factory" value={info.contracts.rollupFactory} />
              <CopyField label="Batch registry" value={info.contracts.batchRegistry} />
            </>
          )}
          {info?.l1.embedded && <L1Clock />}
        </Section>
      </div>

      <RestakingState />

      {info?.accounts !== undefined && info.accounts.length > 0 && (
        <DevAccounts accounts={info.accounts} l1={info.l1} />
      )}

      <Section title="The same from the terminal">
        <CodeSnippet
          title="Next commands"
          snippets={[
            { label: 'Launch', code: './tephra launch mylayer' },
            { label: 'Demo', code: './tephra demo nft-mint' },
            { label: 'List', code: './tephra ls' },
            { label: 'Check', code: './tephra doctor' },
          ]}
        />
      </Section>
    </>
  );
}
