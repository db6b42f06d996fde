import { useQueries } from '@tanstack/react-query';
import type { Hash as HashType } from 'viem';
import { sentenceOf } from '../chain/sentence.ts';
import { readTransaction, sentenceInputOf, type TransactionView } from '../chain/transaction.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Hash } from '../components/Hash.tsx';
import { Outcome } from '../components/Outcome.tsx';
import { Table } from '../components/Table.tsx';
import { formatCount } from '../lib/format.ts';
import { Sentence } from './Sentence.tsx';

type Row = { hash: HashType; view: TransactionView | null | undefined };

/** Transactions by hash, each in one sentence. */
export function TransactionRows({ hashes }: { hashes: readonly HashType[] }) {
  const { id, client } = useLayerChain();
  const views = useQueries({
    queries: hashes.map((hash) => ({
      queryKey: ['transaction', id, hash],
      queryFn: () => readTransaction(client, hash),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const rows = hashes.map<Row>((hash, index) => ({ hash, view: views[index]?.data }));
  return (
    <Table
      label="Transactions"
      rows={rows}
      rowKey={(row) => row.hash}
      columns={[
        {
          key: 'what',
          header: 'What happened',
          slot: 'main',
          render: (row) => (row.view ? <Sentence parts={sentenceOf(sentenceInputOf(row.view))} /> : '…'),
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
          key: 'gas',
          header: 'Gas',
          align: 'right',
          slot: 'subside',
          render: (row) => (
            <span className="tp-num">{row.view?.receipt ? formatCount(row.view.receipt.gasUsed) : ''}</span>
          ),
        },
        {
          key: 'status',
          header: 'Outcome',
          slot: 'side',
          width: '110px',
          render: (row) => row.view?.receipt && <Outcome status={row.view.receipt.status} />,
        },
      ]}
    />
  );
}
