import type { Metrics } from '@tephra/core';

/** What an operator sees of a batcher. @param waitingBlocks sealed blocks that are in no pack */
export function batcherMetrics(metrics: Metrics, waitingBlocks: () => number) {
  metrics.gauge({ name: 'pack_waiting_blocks', help: 'Sealed blocks that are in no pack', collect: waitingBlocks });
  const packs = metrics.counter({ name: 'packs_posted_total', help: 'Packs posted by this process' });
  const bytes = metrics.counter({ name: 'batch_bytes_total', help: 'Bytes of batch frames posted' });
  const transactions = metrics.counter({ name: 'batch_transactions_total', help: 'Transactions in posted frames' });
  return {
    failures: metrics.counter({ name: 'pack_failures_total', help: 'Attempts to post a pack that failed' }),
    record(pack: { bytes: number; transactions: number }): void {
      packs.inc();
      bytes.inc(pack.bytes);
      transactions.inc(pack.transactions);
    },
  };
}
