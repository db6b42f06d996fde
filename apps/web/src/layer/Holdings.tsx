import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Address } from 'viem';
import { type Holding, readHoldings } from '../chain/holdings.ts';
import { useToken } from '../chain/tokens.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Table } from '../components/Table.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { formatCount, formatUnits } from '../lib/format.ts';
import { TokenName, tokenIdText } from './Sentence.tsx';

/** Tokens of an account of the page's layer, read from its Transfer logs. */
export function useHoldings(address: Address | undefined) {
  const { id, client, reachable } = useLayerChain();
  const { heads } = useFeed();
  const latest = heads?.latest;
  return useQuery({
    queryKey: ['holdings', id, address, latest === undefined ? null : Number(latest / 4n)],
    queryFn: () => (address === undefined || latest === undefined ? [] : readHoldings(client, address, latest)),
    enabled: reachable && address !== undefined && latest !== undefined,
    placeholderData: (before) => before,
  });
}

/** Tokens and NFTs of an account, each with its kind. */
export function Holdings({ address }: { address: Address }) {
  const holdings = useHoldings(address);
  const [shown, setShown] = useState(PAGE);
  if (holdings.isError && holdings.data === undefined) {
    return (
      <ErrorState title="The tokens could not be read" error={holdings.error} onRetry={() => holdings.refetch()} />
    );
  }
  if (holdings.data === undefined) return <TableSkeleton rows={4} />;
  const rows = holdings.data;
  if (rows.length === 0) return <EmptyState title="It holds no tokens">Only coin, if any; see above.</EmptyState>;
  return (
    <>
      <Table<Holding>
        label="Tokens"
        rows={rows.slice(0, shown)}
        rowKey={(row) => `${row.token}${row.kind === 'erc20' ? '' : row.tokenId}`}
        columns={[
          { key: 'token', header: 'Token', slot: 'main', render: (row) => <TokenName token={row.token} /> },
          {
            key: 'kind',
            header: 'Kind',
            slot: 'sub',
            render: (row) => `${KINDS[row.kind]}${row.bridged ? ', from the L1' : ''}`,
          },
          {
            key: 'holds',
            header: 'Holds',
            align: 'right',
            slot: 'side',
            render: (row) => <Held holding={row} />,
          },
        ]}
      />
      {shown < rows.length && (
        <Button variant="default" size="xs" mt="md" onClick={() => setShown(shown + PAGE * 4)}>
          Show more of {formatCount(rows.length)}
        </Button>
      )}
    </>
  );
}

const KINDS = { erc20: 'ERC-20', erc721: 'ERC-721', erc1155: 'ERC-1155' } as const;
const PAGE = 25;

function Held({ holding }: { holding: Holding }) {
  if (holding.kind === 'erc721') return `#${tokenIdText(holding.tokenId)}`;
  if (holding.kind === 'erc1155') {
    return `${formatCount(holding.balance)} of #${tokenIdText(holding.tokenId)}`;
  }
  return <Erc20Amount token={holding.token} value={holding.balance} />;
}

function Erc20Amount({ token, value }: { token: Address; value: bigint }) {
  const facts = useToken(token);
  return (
    <span className="tp-num">
      {facts?.decimals == null ? value.toString() : formatUnits(value, facts.decimals)} {facts?.symbol ?? ''}
    </span>
  );
}
