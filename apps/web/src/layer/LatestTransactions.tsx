import { useQueries, useQuery } from '@tanstack/react-query';
import { PREDEPLOYS } from '@tephra/protocol';
import { useRef } from 'react';
import type { Hash as HashType } from 'viem';
import type { BlockSummary } from '../chain/ChainFeed.ts';
import { readBusyBlocks } from '../chain/olderBlocks.ts';
import { sentenceOf } from '../chain/sentence.ts';
import { tierOf } from '../chain/tiers.ts';
import { readTransaction, sentenceInputOf, type TransactionView } from '../chain/transaction.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Hash } from '../components/Hash.tsx';
import { Table } from '../components/Table.tsx';
import { TierBadge } from '../components/TierBadge.tsx';
import { shortHex } from '../lib/format.ts';
import { BlockTime } from './BlockTime.tsx';
import classes from './LatestTransactions.module.css';
import { Sentence } from './Sentence.tsx';

const SHOWN = 8;

type Row = { hash: HashType; number: bigint; timestamp: bigint; view: TransactionView | null | undefined };

/** The newest transactions of users in words; the protocol's own reading of the L1 is left to the block pages. */
export function LatestTransactions() {
  const { blocks, heads } = useFeed();
  const { id, client, reachable } = useLayerChain();
  const first = useRef<bigint | undefined>(undefined);
  first.current ??= blocks.at(-1)?.number;
  // The feed forgets blocks after a while; the list does not.
  const seen = useRef(new Map<bigint, BlockSummary>());
  for (const block of blocks) if (block.transactions.length > 0) seen.current.set(block.number, block);
  const busy = [...seen.current.values()].sort((a, b) => (a.number > b.number ? -1 : 1)).slice(0, SHOWN * 4);
  // Once per visit, what lies below the blocks that the feed began with.
  const older = useQuery({
    queryKey: ['busy-blocks', id],
    queryFn: () => readBusyBlocks(client, first.current ?? 0n, SHOWN * 2),
    enabled: reachable && blocks.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const lowest = busy.at(-1)?.number ?? blocks.at(-1)?.number ?? 0n;
  const newest = [...busy, ...(older.data ?? []).filter((block) => block.number < lowest)]
    .flatMap((block) =>
      [...block.transactions]
        .reverse()
        .slice(0, SHOWN * 3)
        .map((hash) => ({ hash, block })),
    )
    .slice(0, SHOWN * 3);
  const views = useQueries({
    queries: newest.map(({ hash }) => ({
      queryKey: ['transaction', id, hash],
      queryFn: () => readTransaction(client, hash),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const rows = newest
    .map<Row>(({ hash, block }, index) => ({
      hash,
      number: block.number,
      timestamp: block.timestamp,
      view: views[index]?.data,
    }))
    .filter((row) => row.view !== undefined && row.view !== null && !isOriginUpdate(row.view))
    .slice(0, SHOWN);
  if (rows.length === 0) {
    return <EmptyState title="No transaction yet">Send the first one with what stands below.</EmptyState>;
  }
  return (
    <Table
      label="Latest transactions"
      rows={rows}
      rowKey={(row) => row.hash}
      columns={[
        {
          key: 'what',
          header: 'What happened',
          slot: 'main',
          render: (row) => (row.view ? <Sentence parts={sentenceOf(sentenceInputOf(row.view))} /> : shortHex(row.hash)),
        },
        {
          key: 'hash',
          header: 'Transaction',
          slot: 'sub',
          render: (row) => (
            <Hash value={row.hash} label="transaction hash" to={`/layers/${id}/tx/${row.hash}`} copy={false} />
          ),
        },
        {
          key: 'age',
          header: 'Age',
          align: 'right',
          slot: 'subside',
          render: (row) => (
            <span className={classes.dim}>
              <BlockTime at={Number(row.timestamp) * 1_000} />
            </span>
          ),
        },
        {
          key: 'tier',
          header: 'Tier',
          slot: 'side',
          width: '92px',
          render: (row) => <TierBadge tier={heads === null ? 1 : tierOf(row.number, heads)} />,
        },
      ]}
    />
  );
}

function isOriginUpdate(view: TransactionView): boolean {
  return view.system && view.to?.toLowerCase() === PREDEPLOYS.chainState.toLowerCase();
}
