import { useQueries } from '@tanstack/react-query';
import { PREDEPLOYS } from '@tephra/protocol';
import type { Hash as HashType } from 'viem';
import { sentenceOf } from '../chain/sentence.ts';
import { tierOf } from '../chain/tiers.ts';
import { readTransaction, sentenceInputOf, type TransactionView } from '../chain/transaction.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { Hash } from '../components/Hash.tsx';
import { Table } from '../components/Table.tsx';
import { TierBadge } from '../components/TierBadge.tsx';
import { Time } from '../components/Time.tsx';
import { shortHex } from '../lib/format.ts';
import classes from './LatestTransactions.module.css';
import { Sentence } from './Sentence.tsx';

const SHOWN = 8;

type Row = { hash: HashType; number: bigint; timestamp: bigint; view: TransactionView | null | undefined };

/** The newest transactions of users in words; the protocol's own reading of the L1 is left to the block pages. */
export function LatestTransactions() {
  const { blocks, heads } = useFeed();
  const { id, client } = useLayerChain();
  const newest = blocks
    .filter((block) => block.transactions.length > 0)
    .flatMap((block) =>
      [...block.transactions]
        .reverse()
        .slice(0, 24)
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
    return (
      <EmptyState title="No transaction in the latest blocks">
        Send the first one with the snippet on this page.
      </EmptyState>
    );
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
              <Time at={Number(row.timestamp) * 1_000} />
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
