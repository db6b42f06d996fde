import { useQuery } from '@tanstack/react-query';
import type { Address } from 'viem';
import { type Holding, readHoldings } from '../chain/holdings.ts';
import { useToken } from '../chain/tokens.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { Section } from '../components/Section.tsx';
import { Table } from '../components/Table.tsx';
import { formatUnits } from '../lib/format.ts';
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

export function Holdings({ address }: { address: Address }) {
  const holdings = useHoldings(address);
  const rows = holdings.data ?? [];
  if (rows.length === 0) return null;
  return (
    <Section title="Tokens">
      <Table<Holding>
        label="Tokens"
        rows={rows}
        rowKey={(row) => `${row.token}${row.kind === 'erc721' ? row.tokenId : ''}`}
        columns={[
          { key: 'token', header: 'Token', slot: 'main', render: (row) => <TokenName token={row.token} /> },
          {
            key: 'kind',
            header: 'Kind',
            slot: 'sub',
            render: (row) => (row.kind === 'erc721' ? 'ERC-721' : row.bridged ? 'ERC-20, from the L1' : 'ERC-20'),
          },
          {
            key: 'holds',
            header: 'Holds',
            align: 'right',
            slot: 'side',
            render: (row) =>
              row.kind === 'erc721' ? (
                `#${tokenIdText(row.tokenId)}`
              ) : (
                <Erc20Amount token={row.token} value={row.balance} />
              ),
          },
        ]}
      />
    </Section>
  );
}

function Erc20Amount({ token, value }: { token: Address; value: bigint }) {
  const facts = useToken(token);
  return (
    <span className="tp-num">
      {facts?.decimals == null ? value.toString() : formatUnits(value, facts.decimals)} {facts?.symbol ?? ''}
    </span>
  );
}
