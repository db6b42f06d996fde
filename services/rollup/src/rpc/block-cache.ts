import type { TypedEmitter } from '@tephra/core';
import type { Hash } from '@tephra/protocol';
import type { ChainEvents, ChainReader, StoredBlock } from '../chain.ts';

/** A block with what RPC needs beside it. */
export type CachedBlock = StoredBlock & {
  /** Per transaction, the number of logs before it in the block. */
  logOffsets: number[];
};

export function withLogOffsets(block: StoredBlock): CachedBlock {
  let count = 0;
  const logOffsets = block.receipts.map((receipt) => {
    const offset = count;
    count += receipt.logs.length;
    return offset;
  });
  return { ...block, logOffsets };
}

/**
 * The blocks read last, decoded. Clients ask for the receipts of a fresh block one by one, and every receipt needs the
 * log count of those before it, so without this each of them would decode the whole block.
 */
export class BlockCache {
  readonly #chain: ChainReader;
  readonly #maxTransactions: number;
  readonly #blocks = new Map<bigint, CachedBlock>();
  #transactions = 0;
  readonly #cancel: (() => void)[];

  /** `maxTransactions` bounds the memory: about 2 KB each. */
  constructor(
    options: { maxTransactions: number },
    deps: { chain: ChainReader; events: Pick<TypedEmitter<ChainEvents>, 'on'> },
  ) {
    this.#chain = deps.chain;
    this.#maxTransactions = options.maxTransactions;
    this.#cancel = [
      deps.events.on('sealed', (block) => this.#keep(withLogOffsets(block))),
      deps.events.on('reorged', () => this.#clear()),
    ];
  }

  byNumber(number: bigint): CachedBlock | undefined {
    const known = this.#blocks.get(number);
    if (known) {
      this.#blocks.delete(number);
      this.#blocks.set(number, known);
      return known;
    }
    const stored = this.#chain.blockByNumber(number);
    if (!stored) return undefined;
    const block = withLogOffsets(stored);
    this.#keep(block);
    return block;
  }

  byHash(hash: Hash): CachedBlock | undefined {
    const header = this.#chain.headerByHash(hash);
    return header && this.byNumber(header.number);
  }

  close(): void {
    for (const cancel of this.#cancel) cancel();
    this.#clear();
  }

  #clear(): void {
    this.#blocks.clear();
    this.#transactions = 0;
  }

  #keep(block: CachedBlock): void {
    const { number } = block.header;
    const old = this.#blocks.get(number);
    if (old) {
      this.#transactions -= weight(old);
      this.#blocks.delete(number);
    }
    this.#blocks.set(number, block);
    this.#transactions += weight(block);
    for (const [oldest, { receipts }] of this.#blocks) {
      if (this.#transactions <= this.#maxTransactions || oldest === number) break;
      this.#blocks.delete(oldest);
      this.#transactions -= receipts.length + 1;
    }
  }
}

/** Empty blocks count too. */
function weight(block: CachedBlock): number {
  return block.receipts.length + 1;
}
