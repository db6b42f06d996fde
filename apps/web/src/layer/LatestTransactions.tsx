import { useQuery } from '@tanstack/react-query';
import { PREDEPLOYS } from '@tephra/protocol';
import { useRef } from 'react';
import type { BlockSummary } from '../chain/ChainFeed.ts';
import { readBusyBlocks } from '../chain/olderBlocks.ts';
import type { TransactionView } from '../chain/transaction.ts';
import { useFeed, useLayerChain } from '../chain/useChain.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { TableSkeleton } from '../components/TableSkeleton.tsx';
import { TransactionSentence, useTransactions } from './TransactionRows.tsx';
import { type TransactionRow, TransactionTable } from './TransactionTable.tsx';

const SHOWN = 8;

/** The newest transactions of users in words; the protocol's own reading of the L1 is left to the block pages. */
export function LatestTransactions() {
  const { blocks } = useFeed();
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
  const views = useTransactions(newest.map(({ hash }) => hash));
  const rows = newest
    .flatMap<TransactionRow>(({ hash, block }, index) => {
      const view = views[index];
      if (!view || isOriginUpdate(view)) return [];
      return [
        {
          hash,
          what: <TransactionSentence view={view} />,
          block: block.number,
          timestampMs: Number(block.timestamp) * 1_000,
          ...(view.receipt && { status: view.receipt.status }),
        },
      ];
    })
    .slice(0, SHOWN);
  if (rows.length === 0 && (blocks.length === 0 || older.isPending || views.includes(undefined))) {
    return <TableSkeleton rows={4} />;
  }
  if (rows.length === 0) {
    return <EmptyState title="No transaction yet">Send the first one with what stands below.</EmptyState>;
  }
  return <TransactionTable label="Latest transactions" rows={rows} />;
}

function isOriginUpdate(view: TransactionView): boolean {
  return view.system && view.to?.toLowerCase() === PREDEPLOYS.chainState.toLowerCase();
}
