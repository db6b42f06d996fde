import { type Clock, type Logger, type Service, systemClock } from '@tephra/core';
import type { Database } from '@tephra/db';
import { type RestakingDeployment, rewardsCoordinatorAbi, type TransactionSender } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { encodeFunctionData, isAddressEqual } from 'viem';
import type { IndexedRewards } from './indexed-rewards.ts';
import { seconds } from './read-history.ts';

export type RewardsUpdaterOptions = { deployment: RestakingDeployment; pollIntervalMs: number };

export type RewardsUpdaterDeps = {
  db: Database;
  rewards: IndexedRewards;
  /** Of the account that RewardsCoordinator knows as its updater. */
  sender: TransactionSender;
  logger: Logger;
  clock?: Clock;
};

/** What a step did. */
export type UpdateOutcome =
  | { kind: 'posted'; root: Hash; end: number }
  /** Nobody earned anything since the last root, or no interval is over. */
  | { kind: 'nothing-new' }
  /** The sender is not the rewards updater of this deployment. */
  | { kind: 'not-updater'; updater: Address };

const MAX_BACKOFF_MS = 60_000;

/** Posts a root after each interval in which somebody earned something. */
export class RewardsUpdater implements Service {
  readonly #options: RewardsUpdaterOptions;
  readonly #deps: RewardsUpdaterDeps;
  readonly #clock: Clock;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #lastRoot: Hash | undefined;
  /** End for which nothing is left to do. */
  #done = 0;
  #warned = false;

  constructor(options: RewardsUpdaterOptions, deps: RewardsUpdaterDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
  }

  async start(): Promise<void> {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  /** Looks once. @throws L1Error, errors of the database */
  async step(): Promise<UpdateOutcome> {
    const { deployment } = this.#options;
    const { sender, rewards } = this.#deps;
    const end = await this.#end();
    if (end === undefined || end <= this.#done) return { kind: 'nothing-new' };
    const contract = { address: deployment.rewardsCoordinator, abi: rewardsCoordinatorAbi } as const;
    const [updater, lastEnd, count] = await Promise.all([
      sender.client.readContract({ ...contract, functionName: 'rewardsUpdater' }),
      sender.client.readContract({ ...contract, functionName: 'currRewardsCalculationEndTimestamp' }),
      sender.client.readContract({ ...contract, functionName: 'getDistributionRootsLength' }),
    ]);
    if (!isAddressEqual(updater, sender.address)) return { kind: 'not-updater', updater };
    const tree = end > lastEnd ? await rewards.treeAt(end) : undefined;
    if (!tree || tree.root === (await this.#last(count))) {
      this.#done = end;
      return { kind: 'nothing-new' };
    }
    await sender.send({
      to: deployment.rewardsCoordinator,
      data: encodeFunctionData({ abi: rewardsCoordinatorAbi, functionName: 'submitRoot', args: [tree.root, end] }),
      signal: this.#stopping.signal,
    });
    this.#lastRoot = tree.root;
    this.#done = end;
    return { kind: 'posted', root: tree.root, end };
  }

  /** End of the last interval of which everything was indexed. */
  async #end(): Promise<number | undefined> {
    const block = await this.#deps.db
      .selectFrom('indexer_blocks')
      .select('at')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!block) return undefined;
    const interval = this.#options.deployment.calculationIntervalSeconds;
    // Strictly before the block's time: other blocks of the same second may follow.
    return Math.floor((seconds(block.at) - 1) / interval) * interval;
  }

  async #last(count: bigint): Promise<Hash | undefined> {
    if (count === 0n || this.#lastRoot !== undefined) return this.#lastRoot;
    const { root } = await this.#deps.sender.client.readContract({
      address: this.#options.deployment.rewardsCoordinator,
      abi: rewardsCoordinatorAbi,
      functionName: 'getDistributionRootAtIndex',
      args: [count - 1n],
    });
    this.#lastRoot = root;
    return root;
  }

  async #run(): Promise<void> {
    const { logger } = this.#deps;
    const { signal } = this.#stopping;
    let waitMs = this.#options.pollIntervalMs;
    while (!signal.aborted) {
      try {
        const outcome = await this.step();
        waitMs = this.#options.pollIntervalMs;
        if (outcome.kind === 'posted') {
          logger.info({ root: outcome.root, end: outcome.end }, 'posted a root of rewards');
        } else if (outcome.kind === 'not-updater' && !this.#warned) {
          this.#warned = true;
          logger.warn({ updater: outcome.updater }, 'another account posts roots of rewards here');
        }
      } catch (error) {
        if (signal.aborted) return;
        waitMs = Math.min(waitMs * 2, MAX_BACKOFF_MS);
        logger.warn({ err: error, waitMs }, 'rewards could not be posted, will be tried again');
      }
      await this.#clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }
}
