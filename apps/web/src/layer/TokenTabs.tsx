import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { type Address as AddressType, parseAbi } from 'viem';
import { thing } from '../chain/parts.ts';
import {
  holdersOf,
  itemsOf,
  readTokenHistory,
  type TokenHistory,
  type TokenHolder,
  type TokenItem,
  type TokenTransfer,
} from '../chain/tokenHistory.ts';
import type { TokenStandard } from '../chain/tokenKind.ts';
import { useToken } from '../chain/tokens.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { Address } from '../components/Address.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorState } from '../components/ErrorState.tsx';
import { Hash } from '../components/Hash.tsx';
import { Notice } from '../components/Notice.tsx';
import { Table } from '../components/Table.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { formatCount, formatPercent, formatUnits, plural } from '../lib/format.ts';
import { fromTo } from './fromTo.tsx';
import { Sentence, tokenIdText } from './Sentence.tsx';

const PAGE = 25;

type TokenProps = { token: AddressType; standard: TokenStandard };

function useHistory(token: AddressType) {
  const { id, client } = useLayerChain();
  const { heads } = useFeed();
  const latest = heads?.latest;
  return useQuery({
    queryKey: ['token-history', id, token, latest === undefined ? null : Number(latest / 4n)],
    queryFn: () => readTokenHistory(client, token, latest ?? 0n),
    enabled: latest !== undefined,
    placeholderData: (before) => before,
  });
}

/** Reads the token's movements, then shows what is made of them. */
function WithHistory({ token, children }: { token: AddressType; children: (history: TokenHistory) => ReactNode }) {
  const history = useHistory(token);
  if (history.isError && history.data === undefined) {
    return (
      <ErrorState
        title="The token’s transfers could not be read"
        error={history.error}
        onRetry={() => history.refetch()}
      />
    );
  }
  if (history.data === undefined) return <TableSkeleton rows={6} />;
  return (
    <>
      {!history.data.complete && (
        <div style={{ marginBottom: 16 }}>
          <Notice tone="warn">
            This token has a long history: only what happened from block {formatCount(history.data.from)} on is counted
            here.
          </Notice>
        </div>
      )}
      {children(history.data)}
    </>
  );
}

function More({ shown, total, onMore }: { shown: number; total: number; onMore: () => void }) {
  if (shown >= total) return null;
  return (
    <Button variant="default" size="xs" mt="md" onClick={onMore}>
      Show more of {formatCount(total)}
    </Button>
  );
}

/** Every movement of the token, newest first. */
export function TransfersTab({ token }: TokenProps) {
  const { id } = useLayerChain();
  const [shown, setShown] = useState(PAGE);
  return (
    <WithHistory token={token}>
      {({ transfers }) =>
        transfers.length === 0 ? (
          <EmptyState title="It never moved" />
        ) : (
          <>
            <Table<TokenTransfer>
              label="Transfers"
              rows={transfers.slice(0, shown)}
              rowKey={(row) => row.key}
              columns={[
                { key: 'what', header: 'What', slot: 'main', render: (row) => <Sentence parts={[thing(row)]} /> },
                ...fromTo<TokenTransfer>(id),
                {
                  key: 'hash',
                  header: 'Transaction',
                  slot: 'subside',
                  width: '176px',
                  render: (row) => (
                    <Hash value={row.hash} label="transaction hash" to={`/layers/${id}/tx/${row.hash}`} copy={false} />
                  ),
                },
              ]}
            />
            <More shown={shown} total={transfers.length} onMore={() => setShown(shown + PAGE * 4)} />
          </>
        )
      }
    </WithHistory>
  );
}

/** Who holds how much of it, the most first. */
export function HoldersTab({ token, standard }: TokenProps) {
  const { id } = useLayerChain();
  const facts = useToken(token);
  const [shown, setShown] = useState(PAGE);
  const amount = (value: bigint) =>
    standard === 'erc20'
      ? `${facts?.decimals == null ? formatCount(value) : formatUnits(value, facts.decimals)} ${facts?.symbol ?? ''}`
      : plural(value, standard === 'erc721' ? 'token' : 'item');
  return (
    <WithHistory token={token}>
      {({ transfers }) => {
        const holders = holdersOf(transfers);
        const total = holders.reduce((sum, each) => sum + each.amount, 0n);
        if (holders.length === 0) return <EmptyState title="Nobody holds it" />;
        return (
          <>
            <p style={{ margin: '0 0 12px', color: 'var(--tp-dim)' }}>
              {plural(holders.length, 'holder')}, counted from the token’s transfers.
            </p>
            <Table<TokenHolder>
              label="Holders"
              rows={holders.slice(0, shown)}
              rowKey={(row) => row.address}
              columns={[
                {
                  key: 'holder',
                  header: 'Holder',
                  slot: 'main',
                  render: (row) => <Address value={row.address} layerId={id} />,
                },
                {
                  key: 'amount',
                  header: 'Holds',
                  align: 'right',
                  slot: 'side',
                  render: (row) => <span className="tp-num">{amount(row.amount)}</span>,
                },
                {
                  key: 'share',
                  header: 'Share',
                  align: 'right',
                  slot: 'subside',
                  width: '88px',
                  render: (row) => formatPercent(Number((row.amount * 10_000n) / total) / 10_000),
                },
              ]}
            />
            <More shown={shown} total={holders.length} onMore={() => setShown(shown + PAGE * 4)} />
          </>
        );
      }}
    </WithHistory>
  );
}

/** Every id of a collection with its owner, or with supply and holders. */
export function ItemsTab({ token, standard }: TokenProps) {
  const { id } = useLayerChain();
  const [shown, setShown] = useState(PAGE);
  return (
    <WithHistory token={token}>
      {({ transfers }) => {
        const items = itemsOf(transfers);
        if (items.length === 0) return <EmptyState title="It has no items" />;
        return (
          <>
            <Table<TokenItem>
              label="Items"
              rows={items.slice(0, shown)}
              rowKey={(row) => String(row.tokenId)}
              columns={[
                {
                  key: 'id',
                  header: 'Item',
                  slot: 'main',
                  render: (row) => <span title={String(row.tokenId)}>#{tokenIdText(row.tokenId)}</span>,
                },
                {
                  key: 'owner',
                  header: standard === 'erc721' ? 'Owner' : 'Held by',
                  slot: 'side',
                  render: (row) =>
                    row.owner === null ? (
                      plural(row.holders, 'account')
                    ) : (
                      <Address value={row.owner} layerId={id} copy={false} />
                    ),
                },
                ...(standard === 'erc1155'
                  ? [
                      {
                        key: 'supply',
                        header: 'Supply',
                        align: 'right' as const,
                        slot: 'subside' as const,
                        render: (row: TokenItem) => formatCount(row.supply),
                      },
                    ]
                  : []),
                {
                  key: 'uri',
                  header: 'Metadata',
                  slot: 'sub',
                  render: (row) => <ItemUri token={token} standard={standard} tokenId={row.tokenId} />,
                },
              ]}
            />
            <More shown={shown} total={items.length} onMore={() => setShown(shown + PAGE * 4)} />
          </>
        );
      }}
    </WithHistory>
  );
}

const uriAbi = parseAbi([
  'function tokenURI(uint256 tokenId) view returns (string)',
  'function uri(uint256 id) view returns (string)',
]);
const LONGEST_URI = 64;

/** Where the metadata lies; shown as text, never fetched: it is a stranger's address. */
function ItemUri({ token, standard, tokenId }: TokenProps & { tokenId: bigint }) {
  const { id, client } = useLayerChain();
  const uri = useQuery({
    queryKey: ['token-uri', id, token, String(tokenId)],
    queryFn: () =>
      client
        .readContract({
          address: token,
          abi: uriAbi,
          functionName: standard === 'erc721' ? 'tokenURI' : 'uri',
          args: [tokenId],
        })
        .catch(() => ''),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!uri.data) return <span style={{ color: 'var(--tp-dim)' }}>{uri.isPending ? '…' : 'none'}</span>;
  const text = uri.data.length > LONGEST_URI ? `${uri.data.slice(0, LONGEST_URI)}…` : uri.data;
  return (
    <span className="tp-mono" title={uri.data} style={{ overflowWrap: 'anywhere' }}>
      {text}
    </span>
  );
}

/** Supply and kind of a token in one line. */
export function TokenLine({ token, standard, supply }: TokenProps & { supply: bigint | null }) {
  const facts = useToken(token);
  const { id } = useLayerChain();
  const kind = { erc20: 'ERC-20', erc721: 'ERC-721', erc1155: 'ERC-1155' }[standard];
  const amount =
    supply === null
      ? null
      : standard === 'erc20'
        ? `${facts?.decimals == null ? formatCount(supply) : formatUnits(supply, facts.decimals)} ${facts?.symbol ?? ''}`
        : plural(supply, 'token');
  return (
    <>
      {kind}
      {amount !== null && `, supply ${amount}`},{' '}
      <Link
        to="/layers/$id/address/$address"
        params={{ id, address: token }}
        search={{ tab: 'holders' }}
        className="tp-link"
      >
        holders
      </Link>
    </>
  );
}
