import type { Cancel, Clock, TypedEmitter } from '@tephra/core';
import type { Hash, Hex } from '@tephra/protocol';
import type { ChainEvents, ChainReader } from '../chain.ts';
import type { ChainFeed } from './chain-feed.ts';
import type { RpcContext } from './context.ts';
import { RPC_ERROR, RpcError } from './errors.ts';
import type { RpcLog } from './format/log.ts';
import { formatTransaction, type RpcTransaction } from './format/transaction.ts';
import { randomId } from './id.ts';
import { criteriaOf, logsInRange, matchingLogs } from './logs.ts';
import { UNSEALED } from './lookup.ts';
import type { LogFilter } from './params.ts';

/** Pending hashes kept for a filter that nobody polls. */
const MAX_PENDING = 50_000;
/** Logs kept as removed for a filter that nobody polls. */
const MAX_REMOVED = 10_000;

type Filter = { lastUsed: number } & (
  | { kind: 'logs'; filter: LogFilter; cursor: bigint; removed: RpcLog[] }
  | { kind: 'blocks'; cursor: bigint }
  | { kind: 'pending'; full: boolean; hashes: Hash[] }
);

/**
 * Filters of eth_newFilter and its sisters. They hold a position in the chain, not results, so an unpolled filter costs
 * next to nothing; one that nobody polls for the time to live is dropped.
 */
export class FilterStore {
  readonly #filters = new Map<Hex, Filter>();
  readonly #chain: ChainReader;
  readonly #clock: Clock;
  readonly #limits: { filters: number; filterTtlMs: number };
  readonly #cancel: Cancel[];

  constructor(
    limits: { filters: number; filterTtlMs: number },
    deps: {
      chain: ChainReader;
      feed: Pick<ChainFeed, 'on'>;
      events: Pick<TypedEmitter<ChainEvents>, 'on'>;
      clock: Clock;
    },
  ) {
    this.#limits = limits;
    this.#chain = deps.chain;
    this.#clock = deps.clock;
    this.#cancel = [
      deps.clock.setInterval(() => this.#expire(), Math.max(1_000, limits.filterTtlMs / 4)),
      deps.events.on('executed', ({ hash }) => this.#executed(hash)),
      deps.feed.on('removed', (blocks, to) => {
        for (const filter of this.#filters.values()) {
          if (filter.kind === 'pending') continue;
          if (filter.kind === 'logs') {
            const criteria = criteriaOf(filter.filter);
            for (const block of blocks) {
              if (block.header.number > filter.cursor || filter.removed.length >= MAX_REMOVED) continue;
              filter.removed.push(...matchingLogs(block, criteria, true));
            }
          }
          if (filter.cursor > to) filter.cursor = to;
        }
      }),
    ];
  }

  get size(): number {
    return this.#filters.size;
  }

  addLogs(filter: LogFilter): Hex {
    return this.#add({ kind: 'logs', filter, cursor: this.#chain.head().number, removed: [], lastUsed: 0 });
  }

  addBlocks(): Hex {
    return this.#add({ kind: 'blocks', cursor: this.#chain.head().number, lastUsed: 0 });
  }

  /** @param full answer with whole transactions */
  addPending(full: boolean): Hex {
    return this.#add({ kind: 'pending', full, hashes: [], lastUsed: 0 });
  }

  remove(id: Hex): boolean {
    return this.#filters.delete(id);
  }

  /** The criteria of a log filter. @throws RpcError "filter not found" */
  logFilter(id: Hex): LogFilter {
    const filter = this.#use(id);
    if (filter.kind !== 'logs') throw filterNotFound();
    return filter.filter;
  }

  /** What happened since the last call. @throws RpcError "filter not found" */
  async changes(context: RpcContext, id: Hex): Promise<Hash[] | RpcTransaction[] | RpcLog[]> {
    const filter = this.#use(id);
    switch (filter.kind) {
      case 'pending': {
        const { hashes } = filter;
        filter.hashes = [];
        if (!filter.full) return hashes;
        const known = hashes.map((hash) => this.#chain.transactionByHash(hash)?.transaction);
        return known.filter((each) => each !== undefined).map((each) => formatTransaction(each, UNSEALED));
      }
      case 'blocks': {
        const head = this.#chain.head().number;
        const hashes: Hash[] = [];
        for (let number = filter.cursor + 1n; number <= head; number++) {
          const header = this.#chain.headerByNumber(number);
          if (header) hashes.push(header.hash);
        }
        filter.cursor = head;
        return hashes;
      }
      case 'logs': {
        const { fromBlock, toBlock } = filter.filter;
        let first = filter.cursor + 1n;
        let last = this.#chain.head().number;
        const seen = last;
        if (fromBlock && 'number' in fromBlock && fromBlock.number > first) first = fromBlock.number;
        if (toBlock && 'number' in toBlock && toBlock.number < last) last = toBlock.number;
        const limit = first + BigInt(context.limits.logBlocks) - 1n;
        const reached = last > limit ? limit : seen;
        const logs = await logsInRange(context, first, last > limit ? limit : last, criteriaOf(filter.filter));
        const { removed } = filter;
        filter.removed = [];
        filter.cursor = reached;
        return [...removed, ...logs];
      }
    }
  }

  close(): void {
    for (const cancel of this.#cancel) cancel();
    this.#filters.clear();
  }

  #add(filter: Filter): Hex {
    if (this.#filters.size >= this.#limits.filters) {
      throw new RpcError(
        RPC_ERROR.limitExceeded,
        `the node keeps at most ${this.#limits.filters} filters; uninstall some`,
      );
    }
    const id: Hex = randomId();
    filter.lastUsed = this.#clock.now();
    this.#filters.set(id, filter);
    return id;
  }

  #use(id: Hex): Filter {
    const filter = this.#filters.get(id);
    if (!filter) throw filterNotFound();
    filter.lastUsed = this.#clock.now();
    return filter;
  }

  #executed(hash: Hash): void {
    for (const filter of this.#filters.values()) {
      if (filter.kind === 'pending' && filter.hashes.length < MAX_PENDING) filter.hashes.push(hash);
    }
  }

  #expire(): void {
    const oldest = this.#clock.now() - this.#limits.filterTtlMs;
    for (const [id, filter] of this.#filters) if (filter.lastUsed < oldest) this.#filters.delete(id);
  }
}

function filterNotFound(): RpcError {
  return new RpcError(RPC_ERROR.server, 'filter not found');
}
