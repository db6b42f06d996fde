import { Skeleton } from '@mantine/core';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import { ApiError } from '@tephra/api';
import { useMemo } from 'react';
import { LayerProvider } from '../chain/useChain.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { NamesProvider } from '../components/names.tsx';
import { StatusDot } from '../components/StatusDot.tsx';
import { LayerByName } from '../layer/LayerByName.tsx';
import { NetworkHint } from '../layer/NetworkHint.tsx';
import { StaleBadge } from '../layer/StaleBadge.tsx';
import { TimeLeft } from '../layer/TimeLeft.tsx';
import { HEALTH, STATUS } from '../lib/layerStatus.ts';
import { useLayer } from '../lib/queries.ts';
import { PublicLedger } from '../settlement/PublicLedger.tsx';
import classes from './LayerLayout.module.css';

const route = getRouteApi('/layers/$id');

const TABS = [
  { to: '/layers/$id', label: 'Home', exact: true },
  { to: '/layers/$id/blocks', label: 'Blocks', exact: false },
  { to: '/layers/$id/packs', label: 'Packs', exact: false },
  { to: '/layers/$id/disputes', label: 'Disputes', exact: false },
  { to: '/layers/$id/bridge', label: 'Bridge', exact: false },
  { to: '/layers/$id/settlement', label: 'Settlement', exact: false },
] as const;

/** Name, state and parts of one layer; everything below works on its chain. */
export function LayerLayout() {
  const { id } = route.useParams();
  return /^\d{1,15}$/.test(id) ? <Layer id={id} /> : <LayerByName name={id} />;
}

function Layer({ id }: { id: string }) {
  const query = useLayer(id);
  const detail = query.data;
  const contracts = detail?.contracts;
  const operators = detail?.operators;
  const names = useMemo(
    () => ({
      ...(contracts && {
        [contracts.rollup]: 'Rollup',
        [contracts.inbox]: 'Inbox',
        [contracts.bridge]: 'Bridge',
        [contracts.nativeTwin]: 'Coin twin',
      }),
      ...(operators && {
        [operators.producer]: 'Producer',
        [operators.proposer]: 'Proposer',
        [operators.faucet]: 'Faucet operator',
      }),
    }),
    [contracts, operators],
  );
  if (detail === undefined) {
    if (query.error instanceof ApiError && query.error.code === 'NOT_FOUND') return <LayerByName name={id} />;
    if (query.error instanceof ApiError && query.error.code === 'UNAUTHENTICATED') return <PublicLedger id={id} />;
    if (query.isError)
      return <ErrorState title="The layer could not be read" error={query.error} onRetry={() => query.refetch()} />;
    return (
      <div role="status" aria-busy="true" aria-label="Loading the layer">
        <Skeleton h={30} w={220} mb={12} />
        <Skeleton h={16} w={340} mb={32} />
        <Skeleton h={320} />
      </div>
    );
  }
  const { flashlayer: layer } = detail;
  const status = STATUS[layer.status];
  const reachable = layer.status === 'STATUS_ACTIVE' || layer.status === 'STATUS_SETTLING';
  const ill = reachable && detail.health !== 'healthy' && detail.health !== 'stopped';
  return (
    <NamesProvider names={names}>
      <LayerProvider layer={layer} reachable={reachable}>
        <div className={classes.head}>
          <div className={classes.line}>
            <h1 className={classes.name}>{layer.name}</h1>
            <StatusDot tone={status.tone}>{status.label}</StatusDot>
            {ill && <StatusDot tone={HEALTH[detail.health].tone}>{HEALTH[detail.health].label}</StatusDot>}
            {reachable && <StaleBadge />}
            {reachable && <NetworkHint />}
          </div>
          <p className={classes.facts}>
            Chain {layer.resources.chainId} · {layer.settings.blockTime} s blocks ·{' '}
            {layer.settings.gasless ? 'gasless' : 'fees by EIP-1559'}
            {layer.settings.fcfs ? '' : ' · priority auction'} · {layer.settings.tokenSymbol}
            {coinNote(layer.settings.currencyMode)}
            <TimeLeft detail={detail} />
          </p>
          <nav aria-label={`Parts of ${layer.name}`} className={classes.tabs}>
            {TABS.map((tab) => (
              <Link
                key={tab.to}
                to={tab.to}
                params={{ id }}
                className={classes.tab}
                activeOptions={{ exact: tab.exact, includeSearch: false }}
              >
                {tab.label}
              </Link>
            ))}
          </nav>
        </div>
        <Outlet />
      </LayerProvider>
    </NamesProvider>
  );
}

/** Where the coin comes from, unless the layer makes it itself. */
function coinNote(mode: string | undefined): string {
  if (mode === 'eth') return ', backed by ETH';
  return mode === 'erc20' ? ', backed by a token of the L1' : '';
}
