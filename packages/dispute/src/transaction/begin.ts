import { encodeRlp } from '@tephra/engine';
import { leafPath, withLeaf, withoutShortLeaf } from '../block/indexTrie.ts';
import type { TxContext } from '../machine/context.ts';
import { type Facts, PHASES, type Progress } from '../machine/progress.ts';
import type { Between, Start } from '../machine/state.ts';

/** Begins a transaction that was found valid. */
export const startTransaction = (tx: TxContext, { block, b }: Pick<Start, 'block' | 'b'>): Start => ({
  kind: 'start',
  tx,
  block,
  t: null,
  b,
  phase: 'sender',
  item: 0,
  key: 0,
  refund: 0n,
});

/** Transactions of a block that follow from the L1. */
export const originCount = ({ fields }: Facts): number => (fields.advances ? 1 + fields.messageCount : 0);

/** Puts the next transaction into the block's trie of transactions. @param raw its wire form */
export function withTransaction(progress: Progress, raw: Uint8Array): Progress {
  const { facts, count, transactionLeaves } = progress.fields;
  const node = encodeRlp([leafPath(count, facts.fields.total), raw]);
  return progress.with({ transactionLeaves: withLeaf(transactionLeaves, count, node) });
}

/** Puts one that the protocol made in the place of one that was there. */
export function withOtherTransaction(progress: Progress, raw: Uint8Array): Progress {
  const { count, transactionLeaves } = progress.fields;
  const leaves = withoutShortLeaf(transactionLeaves, count);
  return withTransaction(progress.with({ transactionLeaves: leaves }), raw);
}

/** The state behind a call of a fork, or the place of one that nobody answers. */
export function afterCall({ block, b }: Pick<Between, 'block' | 'b'>, progress: Progress): Between {
  const isFirst = progress.fields.phase === PHASES.beaconRoot;
  const phase = isFirst && block.fields.fork === 'prague' ? PHASES.blockHash : PHASES.transactions;
  return { kind: 'between', block, b, progress: progress.with({ phase }) };
}
