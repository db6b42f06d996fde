import type { Clock, Logger, Service } from '@tephra/core';
import { inRanges, type L1Client, quantity } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { type Block, formatLog, type Log, type RpcLog } from 'viem';
import { OperatorError } from '../errors.ts';
import { reasonOf } from '../status.ts';

export type L1FeedOptions = {
  chainId: number;
  /** Blocks on top of a block before it is read. */
  depth: number;
  pollIntervalMs: number;
};

export type L1FeedDeps = { client: L1Client; logger: Logger; clock: Clock };

/** Whoever follows logs of one contract. Calls come one after the other, in the order of the chain. */
export type L1Follower = {
  address: Address;
  topics: Hash[];
  /** First block that it wants. */
  fromBlock: bigint;
  /** Logs of the blocks that were read last, the newest of which is `upTo`. */
  onLogs(logs: Log[], upTo: bigint): void;
  /** Blocks above `block`, which were read, are not on the chain any more; logs of what took their place follow. */
  onReorg(block: bigint): void;
};

/** Hashes of read blocks that are remembered. */
const REMEMBERED = 256;
const MAX_PAUSE_MS = 15_000;
/** A call that hangs in the L1 must not hold up the end of the host. */
const STOP_GRACE_MS = 300;

/**
 * Follows the L1 at a depth for all duties of a host: one question for the newest block each interval, and one for logs when
 * there is a new one. Keeps nothing on disk.
 */
export class L1Feed implements Service {
  readonly #options: L1FeedOptions;
  readonly #deps: L1FeedDeps;
  readonly #stopping = new AbortController();
  readonly #followers = new Map<L1Follower, { next: bigint }>();
  #loop: Promise<void> | undefined;
  /** Read blocks, ascending, not necessarily without gaps. */
  #read: { number: bigint; hash: Hash }[] = [];
  #newest: { number: bigint; hash: Hash } | undefined;
  /** Somebody has not read up to the newest block. */
  #isBehind = true;
  #identified = false;
  #failures = 0;
  #problem: string | undefined = 'the L1 has not answered yet';
  readonly #firstHead = Promise.withResolvers<bigint>();

  constructor(options: L1FeedOptions, deps: L1FeedDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** Newest block of the L1, read or not; undefined before its first answer. */
  get head(): bigint | undefined {
    return this.#newest?.number;
  }

  /** Why the L1 cannot be read; undefined when it can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Resolves with the head that the L1 had when it answered for the first time; never when it does not. */
  get firstHead(): Promise<bigint> {
    return this.#firstHead.promise;
  }

  /** Returns the function that ends it. Blocks since `fromBlock` are read for it at the next poll. */
  follow(follower: L1Follower): () => void {
    this.#followers.set(follower, { next: follower.fromBlock });
    this.#isBehind = true;
    return () => this.#followers.delete(follower);
  }

  async start(): Promise<void> {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new OperatorError('SIGNING_STOPPED', 'the operator was stopped'));
    await Promise.race([this.#loop, this.#deps.clock.sleep(STOP_GRACE_MS)]);
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#deps;
    const { pollIntervalMs } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#poll();
        if (this.#failures > 0) logger.info({ failures: this.#failures }, 'the L1 answers again');
        this.#failures = 0;
        this.#problem = undefined;
      } catch (error) {
        if (signal.aborted) return;
        this.#isBehind = true;
        if (this.#failures++ === 0) logger.warn({ reason: reasonOf(error) }, 'the L1 cannot be read; trying again');
        this.#problem = reasonOf(error) || 'no answer';
      }
      const pause = Math.min(MAX_PAUSE_MS, pollIntervalMs * 2 ** Math.min(this.#failures, 10));
      await clock.sleep(Math.max(pollIntervalMs, this.#failures > 0 ? pause : 0), signal).catch(() => undefined);
    }
  }

  async #poll(): Promise<void> {
    const { client } = this.#deps;
    if (!this.#identified) await this.#identify();
    const { number, hash } = (await client.getBlock({ blockTag: 'latest' })) as Block<bigint, false, 'latest'>;
    if (this.#newest?.hash === hash && !this.#isBehind) return;
    this.#isBehind = false;
    await this.#unwind(number);
    const target = number - BigInt(this.#options.depth);
    const last = this.#read.at(-1)?.number ?? -1n;
    if (target >= 0n && target >= last) await this.#readTo(target);
    if (this.#stopping.signal.aborted) return;
    this.#newest = { number, hash };
    this.#firstHead.resolve(number);
  }

  async #identify(): Promise<void> {
    const found = await this.#deps.client.getChainId();
    const { chainId } = this.#options;
    if (found !== chainId) {
      throw new OperatorError('WRONG_CHAIN', `the L1 endpoint serves chain ${found}, not ${chainId}`, {
        details: { expected: chainId, found },
      });
    }
    this.#identified = true;
  }

  /** Forgets read blocks that are not on the chain any more. An endpoint that lags behind takes nothing back. */
  async #unwind(head: bigint): Promise<void> {
    const { client, logger } = this.#deps;
    let common = this.#read.length - 1;
    for (; common >= 0; common--) {
      const block = this.#read[common]!;
      if (block.number > head) continue;
      const now = await client.getBlock({ blockNumber: block.number });
      if (now.hash === block.hash) break;
    }
    const gone = this.#read.slice(common + 1).filter(({ number }) => number <= head);
    if (gone.length === 0) return;
    const block = this.#read[common]?.number ?? gone[0]!.number - 1n;
    this.#read = this.#read.slice(0, common + 1);
    logger.warn({ block: block.toString(), head: head.toString() }, 'the L1 was reorganised');
    for (const [follower, position] of this.#followers) {
      if (position.next <= block + 1n) continue;
      position.next = block + 1n;
      follower.onReorg(block);
    }
  }

  async #readTo(target: bigint): Promise<void> {
    const { client } = this.#deps;
    const waiting = [...this.#followers].filter(([, position]) => position.next <= target);
    const [block, ...found] = await Promise.all([
      client.getBlock({ blockNumber: target }),
      ...waiting.map(([follower, { next }]) => this.#logs(follower, next, target)),
    ]);
    await this.#assertStill([...this.#read.slice(-1), { number: target, hash: block.hash }]);
    if (this.#stopping.signal.aborted) return;
    if (this.#read.at(-1)?.number !== target) this.#read.push({ number: target, hash: block.hash });
    if (this.#read.length > REMEMBERED) this.#read.shift();
    for (const [index, [follower, position]] of waiting.entries()) {
      position.next = target + 1n;
      follower.onLogs(found[index]!, target);
    }
  }

  /** Logs are of one chain only if both ends of what was read are where they were; else it is read again. */
  async #assertStill(blocks: { number: bigint; hash: Hash }[]): Promise<void> {
    const now = await Promise.all(blocks.map(({ number }) => this.#deps.client.getBlock({ blockNumber: number })));
    if (now.every(({ hash }, index) => hash === blocks[index]!.hash)) return;
    throw new OperatorError('REORGANISED', 'the L1 was reorganised while it was read', { retryable: true });
  }

  #logs({ address, topics }: L1Follower, from: bigint, to: bigint): Promise<Log[]> {
    return inRanges({ from, to }, async (first, last) => {
      const logs = await this.#deps.client.request({
        method: 'eth_getLogs',
        params: [{ address, topics: [topics], fromBlock: quantity(first), toBlock: quantity(last) }],
      });
      return (logs as RpcLog[]).map((log) => formatLog(log) as Log);
    });
  }
}
