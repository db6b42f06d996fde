import { Select } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { LayerProvider, useLayerChain } from '../chain/useChain.tsx';
import { CodeSnippet } from '../components/CodeSnippet.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { FaucetForm } from '../layer/FaucetForm.tsx';
import { useLayers } from '../lib/queries.ts';
import { useWallet } from '../wallet/wallet.tsx';
import classes from './FaucetPage.module.css';

const route = getRouteApi('/faucet');

/** The `faucet` URL of the API: coin of the layer with this chain id. */
export function FaucetPage() {
  const { chainId } = route.useSearch();
  const navigate = route.useNavigate();
  const layers = useLayers();
  const active = (layers.data ?? []).filter((layer) => layer.status === 'STATUS_ACTIVE');
  const chosen =
    active.find((layer) => layer.resources.chainId === chainId) ?? (chainId === undefined ? active[0] : undefined);
  return (
    <>
      <PageHeader title="Faucet" documentTitle="Faucet">
        Gives any account coin of a layer, for gas and for trying things.
      </PageHeader>
      {layers.isPending ? (
        <TableSkeleton rows={4} />
      ) : layers.isError && layers.data === undefined ? (
        <ErrorState title="The layers could not be listed" error={layers.error} onRetry={() => layers.refetch()} />
      ) : active.length === 0 ? (
        <EmptyState
          title="No active layer"
          action={
            <Link to="/launch" className="tp-link">
              Launch one
            </Link>
          }
        />
      ) : (
        <div className={classes.form}>
          <Select
            label="Layer"
            data={active.map((layer) => ({
              value: layer.resources.chainId,
              label: `${layer.name} (chain ${layer.resources.chainId})`,
            }))}
            value={chosen?.resources.chainId ?? null}
            placeholder="Choose a layer"
            error={
              chosen === undefined && chainId !== undefined ? `No active layer has chain id ${chainId}.` : undefined
            }
            onChange={(value) => navigate({ search: { chainId: value ?? undefined }, replace: true })}
            allowDeselect={false}
          />
          {chosen !== undefined && (
            <LayerProvider key={chosen.id} layer={chosen} reachable>
              <FaucetForm primary />
              <FaucetEqual />
            </LayerProvider>
          )}
        </div>
      )}
    </>
  );
}

function FaucetEqual() {
  const { layer, id } = useLayerChain();
  const { wallet } = useWallet();
  const address = wallet?.address ?? '0xYOUR_ADDRESS';
  return (
    <CodeSnippet
      title="The same from the terminal"
      snippets={[
        { label: 'CLI', code: `./tephra faucet ${layer.name} ${address}` },
        {
          label: 'curl',
          code: `curl -X POST ${location.origin}/v1/flashlayer/${id}/faucet \\\n  -H 'Content-Type: application/json' \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -d '{"address": "${address}"}'`,
        },
      ]}
    />
  );
}
