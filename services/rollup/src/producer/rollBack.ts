import { type DecodedTransaction, decodeTransaction, type Engine, hexToBytes } from '@tephra/engine';
import type { Setback } from '../chain.ts';
import type { Journal, JournalRecord } from '../journal/index.ts';
import type { ChainStore } from '../store/index.ts';
import type { ParentBlock } from '../transition/index.ts';
import { loadParent } from './recover.ts';

export type RollBackDeps = { store: ChainStore; journal: Journal; engine: Engine };

/** Users' transactions of the blocks after `after`, in order. What came through the inbox comes from there again. */
function transactionsAfter(store: ChainStore, after: bigint, head: bigint, chainId: bigint): DecodedTransaction[] {
  const found: DecodedTransaction[] = [];
  for (let number = after + 1n; number <= head; number++) {
    for (const { raw, sender, inboxIndex } of store.blockByNumber(number)!.transactions) {
      if (raw.startsWith('0x7e') || inboxIndex !== undefined) continue;
      found.push(decodeTransaction(hexToBytes(raw), { chainId, sender }));
    }
  }
  return found;
}

/**
 * Between blocks: forgets the blocks after `target`. SIGKILL at any point leaves either the old chain or the new one with all
 * transactions of the old.
 * @param carriedOver acknowledged transactions that only the journal has
 * @returns the new head, and what stood on the blocks that are gone
 */
export async function rollBack(
  options: { chainId: bigint; head: bigint; target: bigint; cause: Setback },
  deps: RollBackDeps,
  carriedOver: JournalRecord[],
): Promise<{ parent: ParentBlock; transactions: DecodedTransaction[] }> {
  const { store, journal, engine } = deps;
  const transactions = transactionsAfter(store, options.target, options.head, options.chainId);
  await store.flushed();
  const again: JournalRecord[] = transactions.map(({ raw, sender }) => ({ kind: 'queued', raw, sender }));
  // Last, so that a torn segment either has all of them or rolls nothing back.
  await journal.rotate([...again, ...carriedOver, { kind: 'rollback', number: options.target, cause: options.cause }]);
  await store.rollbackTo(options.target, options.cause);
  return { parent: await loadParent({ engine, store }), transactions };
}
