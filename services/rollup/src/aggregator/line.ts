import type { DecodedTransaction } from '@tephra/engine';
import type { Address } from '@tephra/protocol';

/** What a line orders; `tx` decides. */
export type Member = {
  tx: Pick<DecodedTransaction, 'hash' | 'sender' | 'nonce' | 'maxFeePerGas' | 'maxPriorityFeePerGas'>;
};

/** Transactions on their way into a block, in the order of the chain's rule. */
export interface Line<Item extends Member> extends Iterable<Item> {
  readonly length: number;
  /** An arrival. Returns whom it replaced. @throws SubmitError REPLACEMENT_UNDERPRICED */
  push(item: Item): Item | undefined;
  /** What waited for an earlier nonce that was executed just now: its turn is now. */
  follow(item: Item): void;
  /** Who is next; undefined when nobody's turn has come. */
  peek(): Item | undefined;
  /** Takes out who is next. */
  shift(): Item | undefined;
  /** Takes an item out, wherever it stands. */
  remove(item: Item): void;
  /** Who is next can't be in this block. False when the line waits for it, so that nobody overtakes. */
  setAside(): boolean;
  /** A block with this base fee begins. */
  openBlock(baseFee: bigint): void;
  /** The sub-slot ends: the turn of those that gathered in it has come. */
  closeSlot(): void;
  /** Empties the line. */
  takeAll(): Item[];
  /** The nonce after those that wait without a gap from `next` on. */
  nonceBehind(sender: Address, next: bigint): bigint;
}
