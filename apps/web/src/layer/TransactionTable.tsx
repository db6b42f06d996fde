import type { ReactNode } from 'react';
import type { Hash as HashType } from 'viem';
import { tierOf } from '../chain/tiers.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { Hash } from '../components/Hash.tsx';
import { Outcome } from '../components/Outcome.tsx';
import { type Column, Table } from '../components/Table.tsx';
import { TierBadge } from '../components/TierBadge.tsx';
import { formatCount } from '../lib/format.ts';
import { BlockTime } from './BlockTime.tsx';

/** A transaction in a list; what is absent has no column. */
export type TransactionRow = {
  hash: HashType;
  /** What happened, in words. */
  what: ReactNode;
  block: bigint | null;
  timestampMs?: number;
  gasUsed?: bigint;
  status?: 'success' | 'reverted' | null;
};

/** The one table of transactions: on the home page, in blocks and at addresses. */
export function TransactionTable({ label, rows }: { label: string; rows: readonly TransactionRow[] }) {
  const { id } = useLayerChain();
  const { heads } = useFeed();
  const first = rows[0];
  const columns: Column<TransactionRow>[] = [
    {
      key: 'what',
      header: 'What happened',
      slot: 'main',
      render: (row) => (
        <>
          {row.what}
          {row.status === 'reverted' && first?.gasUsed === undefined && <Failed />}
        </>
      ),
    },
    {
      key: 'hash',
      header: 'Transaction',
      slot: 'sub',
      width: '176px',
      render: (row) => (
        <Hash value={row.hash} label="transaction hash" to={`/layers/${id}/tx/${row.hash}`} copy={false} />
      ),
    },
  ];
  if (first?.timestampMs !== undefined) {
    columns.push({
      key: 'age',
      header: 'Age',
      align: 'right',
      slot: 'subside',
      width: '96px',
      render: (row) => (
        <span style={{ color: 'var(--tp-dim)' }}>
          {row.timestampMs !== undefined && <BlockTime at={row.timestampMs} />}
        </span>
      ),
    });
    columns.push({
      key: 'tier',
      header: 'Tier',
      slot: 'side',
      width: '92px',
      render: (row) => <TierBadge tier={heads === null || row.block === null ? 1 : tierOf(row.block, heads)} />,
    });
  }
  if (first?.gasUsed !== undefined) {
    columns.push(
      {
        key: 'gas',
        header: 'Gas',
        align: 'right',
        slot: 'subside',
        width: '96px',
        render: (row) => <span className="tp-num">{row.gasUsed === undefined ? '' : formatCount(row.gasUsed)}</span>,
      },
      {
        key: 'status',
        header: 'Outcome',
        slot: 'side',
        width: '110px',
        render: (row) => row.status !== undefined && <Outcome status={row.status} />,
      },
    );
  }
  return <Table label={label} rows={rows} rowKey={(row) => row.hash} columns={columns} />;
}

function Failed() {
  return <span className="tp-visually-hidden"> (failed)</span>;
}
