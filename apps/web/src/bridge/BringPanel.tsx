import { Button } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { LayerImport } from '@tephra/api';
import { type Address as AddressType, isAddressEqual } from 'viem';
import type { Holding } from '../chain/holdings.ts';
import { readToken, type TokenFacts } from '../chain/tokens.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Notice } from '../components/Notice.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { tokenIdText } from '../layer/Sentence.tsx';
import { formatUnits, plural, shortHex } from '../lib/format.ts';
import { useSteps } from '../wallet/useSteps.ts';
import { planBring } from './planBring.ts';
import { readTwinHoldings } from './twinHoldings.ts';
import type { BridgeContext } from './useBridge.ts';

type Row = { key: string; name: string; l1Twin: AddressType; l2Token: AddressType | null };

/** What the account owns of the layer that this one goes on from, and one button to bring all of it. */
export function BringPanel({
  imports,
  bridge,
  account,
}: {
  imports: LayerImport;
  bridge: BridgeContext;
  account: AddressType;
}) {
  const { id, layer } = useLayerChain();
  const holdings = useQuery({
    queryKey: ['l1-items', 'twins', imports.from, account],
    queryFn: () => readTwinHoldings(bridge.l1, account, imports.tokens),
    refetchInterval: 8_000,
  });
  const held = holdings.data ?? [];
  const facts = useQueries({
    queries: held.map(({ token }) => ({
      queryKey: ['bridge-token', bridge.l1Chain.id, token],
      queryFn: () => readToken(bridge.l1, token),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const items = held.map((holding, at) => ({ holding, name: nameOf(holding, facts[at]?.data) }));
  const transfer = useSteps({
    chain: bridge.l1Chain,
    after: `It arrives on ${layer.name} about two L1 blocks later, in the same account.`,
    done: `Everything is on its way to ${layer.name}.`,
    failed: 'Not everything was brought; what was signed is on its way',
  });
  const { l1 } = bridge;
  const bring = () => transfer.run(() => planBring({ l1, bridge: bridge.bridge, account, layer: layer.name, items }));
  return (
    <Section
      title="From the layer before"
      note={`${plural(imports.tokens.length, 'token')} of the rollup ${shortHex(imports.from)} ${imports.tokens.length === 1 ? 'is' : 'are'} known here`}
      actions={
        items.length > 0 && (
          <Button size="xs" loading={transfer.busy} onClick={() => void bring()}>
            Bring everything I own
          </Button>
        )
      }
    >
      {holdings.isPending ? (
        <TableSkeleton rows={3} />
      ) : holdings.isError && holdings.data === undefined ? (
        <ErrorState
          title="What you own on the L1 could not be read"
          error={holdings.error}
          onRetry={() => holdings.refetch()}
        />
      ) : items.length === 0 ? (
        <Notice>This account owns nothing of it on the L1, or has brought it here already.</Notice>
      ) : (
        <Table<Row>
          label="What the account owns on the L1 of the layer before"
          rows={items.map(({ holding, name }) => ({
            key: `${holding.token} ${holding.kind === 'erc20' ? '' : holding.tokenId}`,
            name,
            l1Twin: holding.token,
            l2Token:
              (imports.tokens.find((token) => isAddressEqual(token.l1Twin as AddressType, holding.token))?.l2Token as
                | AddressType
                | undefined) ?? null,
          }))}
          rowKey={(row) => row.key}
          columns={[
            { key: 'name', header: 'On the L1', slot: 'main', render: (row) => row.name },
            { key: 'twin', header: 'Twin', slot: 'sub', render: (row) => <Address value={row.l1Twin} /> },
            {
              key: 'here',
              header: `On ${layer.name}`,
              slot: 'side',
              render: (row) => row.l2Token !== null && <Address value={row.l2Token} layerId={id} />,
            },
          ]}
        />
      )}
    </Section>
  );
}

function nameOf(holding: Holding, fact: TokenFacts | undefined): string {
  const name = fact?.name ?? shortHex(holding.token);
  switch (holding.kind) {
    case 'erc20':
      return `${formatUnits(holding.balance, fact?.decimals ?? 18, 18)} ${fact?.symbol ?? name}`;
    case 'erc721':
      return `${name} #${tokenIdText(holding.tokenId)}`;
    case 'erc1155':
      return `${holding.balance} of ${name} #${tokenIdText(holding.tokenId)}`;
  }
}
