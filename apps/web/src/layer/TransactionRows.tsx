import { useQueries } from '@tanstack/react-query';
import type { Hash as HashType } from 'viem';
import { sentenceOf } from '../chain/sentence.ts';
import { readTransaction, sentenceInputOf, type TransactionView } from '../chain/transaction.ts';
import { useAbis } from '../chain/useAbis.ts';
import { useLayerChain } from '../chain/useChain.tsx';
import { Sentence } from './Sentence.tsx';
import { TransactionTable } from './TransactionTable.tsx';

/** Transactions by hash, read once each; undefined while a read is under way, null when the chain does not know one. */
export function useTransactions(hashes: readonly HashType[]): (TransactionView | null | undefined)[] {
  const { id, client } = useLayerChain();
  const views = useQueries({
    queries: hashes.map((hash) => ({
      queryKey: ['transaction', id, hash],
      queryFn: () => readTransaction(client, hash),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  return views.map((view) => view.data);
}

/** A transaction in one sentence. */
export function TransactionSentence({ view }: { view: TransactionView }) {
  const abis = useAbis();
  return <Sentence parts={sentenceOf(sentenceInputOf(view), abis.of(view.to))} />;
}

/** Transactions of a block, each in one sentence, with gas and outcome. */
export function TransactionRows({ hashes }: { hashes: readonly HashType[] }) {
  const views = useTransactions(hashes);
  return (
    <TransactionTable
      label="Transactions"
      rows={hashes.map((hash, index) => {
        const view = views[index];
        return {
          hash,
          what: view ? <TransactionSentence view={view} /> : '…',
          block: view?.blockNumber ?? null,
          gasUsed: view?.receipt?.gasUsed ?? 0n,
          ...(view?.receipt && { status: view.receipt.status }),
        };
      })}
    />
  );
}
