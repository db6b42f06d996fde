import type { Cancel, TypedEmitter } from '@tephra/core';
import type { ChainEvents, ChainReader } from '../chain.ts';
import type { ChainFeed } from './chain-feed.ts';
import { formatHeader } from './format/block.ts';
import { formatSetback } from './format/finality.ts';
import { formatTransaction } from './format/transaction.ts';
import { quantity } from './hex.ts';
import { type BloomTest, bloomTest, criteriaOf, type LogCriteria, matchingLogs } from './logs.ts';
import type { LogFilter } from './params.ts';

export type SubscriptionRequest =
  | { kind: 'newHeads' }
  | { kind: 'logs'; filter: LogFilter }
  | { kind: 'newPendingTransactions'; full: boolean }
  | { kind: 'syncing' }
  /** Movements of latest, safe and finalized. */
  | { kind: 'finality' }
  /** Rollbacks of sealed blocks. */
  | { kind: 'reorgs' };

/** Takes one result, already as JSON text. */
type Receiver = (resultJson: string) => void;

/** Newest block of each tier. */
type Marks = { latest: bigint; safe: bigint; finalized: bigint };

/**
 * Fans events out to subscribers. Each event becomes JSON once, however many clients listen, and nothing is formatted
 * while nobody does.
 */
export class SubscriptionHub {
  readonly #heads = new Set<Receiver>();
  readonly #logs = new Map<Receiver, { criteria: LogCriteria; mayHold: BloomTest }>();
  readonly #hashes = new Set<Receiver>();
  readonly #transactions = new Set<Receiver>();
  readonly #finality = new Set<Receiver>();
  readonly #reorgs = new Set<Receiver>();
  readonly #chain: ChainReader;
  /** What subscribers were told last. */
  #told: Marks;
  readonly #cancel: Cancel[];

  constructor(deps: {
    chain: ChainReader;
    feed: Pick<ChainFeed, 'on'>;
    events: Pick<TypedEmitter<ChainEvents>, 'on'>;
  }) {
    this.#chain = deps.chain;
    this.#told = this.#numbers();
    this.#cancel = [
      deps.feed.on('block', (block) => {
        send(this.#heads, () => formatHeader(block.header));
        if (this.#logs.size > 0 && block.header.gasUsed > 0n) {
          for (const [receive, { criteria, mayHold }] of this.#logs) {
            if (!mayHold(block.header.logsBloom)) continue;
            for (const log of matchingLogs(block, criteria)) receive(JSON.stringify(log));
          }
        }
        this.#tellFinality(false);
      }),
      deps.feed.on('removed', (blocks) => {
        for (const [receive, { criteria }] of this.#logs) {
          for (const block of blocks) {
            for (const log of matchingLogs(block, criteria, true).reverse()) receive(JSON.stringify(log));
          }
        }
      }),
      deps.events.on('executed', ({ hash, transaction }) => {
        send(this.#hashes, () => hash);
        send(this.#transactions, () =>
          formatTransaction(transaction, {
            blockHash: null,
            blockNumber: null,
            index: null,
            baseFeePerGas: 0n,
            timestamp: null,
          }),
        );
      }),
      deps.events.on('finality', ({ reverted }) => this.#tellFinality(reverted)),
      deps.events.on('reorged', ({ from, to, cause }) => {
        send(this.#reorgs, () => ({ from: quantity(from), to: quantity(to), cause: formatSetback(cause) }));
        this.#tellFinality(true);
      }),
    ];
  }

  /** Returns the function that ends the subscription. */
  add(request: SubscriptionRequest, receive: Receiver): Cancel {
    switch (request.kind) {
      case 'logs': {
        const criteria = criteriaOf(request.filter);
        this.#logs.set(receive, { criteria, mayHold: bloomTest(criteria) });
        return () => this.#logs.delete(receive);
      }
      case 'newHeads':
        return addTo(this.#heads, receive);
      case 'newPendingTransactions':
        return addTo(request.full ? this.#transactions : this.#hashes, receive);
      case 'finality':
        // Whoever comes (back) sees at once where things stand, and by that what happened meanwhile.
        receive(JSON.stringify(this.#marks(null)));
        return addTo(this.#finality, receive);
      case 'reorgs':
        return addTo(this.#reorgs, receive);
      case 'syncing':
        // A producer is never behind; there is nothing to tell.
        return () => {};
    }
  }

  close(): void {
    for (const cancel of this.#cancel) cancel();
  }

  #tellFinality(reverted: boolean): void {
    const before = this.#told;
    this.#told = this.#numbers();
    send(this.#finality, () => this.#marks(reverted ? before : null));
  }

  #numbers(): Marks {
    const chain = this.#chain;
    return { latest: chain.head().number, safe: chain.safeNumber(), finalized: chain.finalizedNumber() };
  }

  /** @param before where the marks stood when one has gone back */
  #marks(before: Marks | null) {
    const mark = (number: bigint) => ({
      number: quantity(number),
      hash: this.#chain.headerByNumber(number)?.hash ?? null,
    });
    return {
      latest: mark(this.#chain.head().number),
      safe: mark(this.#chain.safeNumber()),
      finalized: mark(this.#chain.finalizedNumber()),
      reverted: before !== null,
      ...(before === null ? {} : { before: { latest: quantity(before.latest), safe: quantity(before.safe) } }),
    };
  }
}

function addTo(receivers: Set<Receiver>, receive: Receiver): Cancel {
  receivers.add(receive);
  return () => receivers.delete(receive);
}

function send(receivers: Set<Receiver>, result: () => unknown): void {
  if (receivers.size === 0) return;
  const text = JSON.stringify(result());
  for (const receive of receivers) receive(text);
}
