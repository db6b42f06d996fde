import type { Clock, Logger, Service } from '@tephra/core';
import {
  type AvsDeployment,
  allocationManagerAbi,
  type L1Client,
  type RestakingDeployment,
  rewardsCoordinatorAbi,
  stakeRegistryAbi,
} from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { reasonOf } from '../status.ts';
import type { OperatorMetrics } from './operator-metrics.ts';

export type ChainFactsOptions = {
  operatorAddress: Address;
  operatorId: Hash;
  avss: { name: string; deployment: AvsDeployment }[];
  restaking: RestakingDeployment | undefined;
};

export type ChainFactsDeps = { l1: L1Client; metrics: OperatorMetrics; logger: Logger; clock: Clock };

/** How often the L1 is asked, milliseconds. */
const REFRESH_MS = 30_000;
const WHOLE = 10n ** 18n;

/** Figures that only the L1 knows, for the metrics: weight in each quorum, slashes, claimed rewards. */
export class ChainFacts implements Service {
  readonly #options: ChainFactsOptions;
  readonly #deps: ChainFactsDeps;
  readonly #stopping = new AbortController();
  /** Claimed before by token: the metric is a counter, so that it gets the difference. */
  readonly #claimed = new Map<Address, bigint>();
  #work: Promise<void> = Promise.resolve();

  constructor(options: ChainFactsOptions, deps: ChainFactsDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#work = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the operator was stopped'));
    await Promise.race([this.#work, this.#deps.clock.sleep(300)]);
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#deps;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#refresh().catch((error: unknown) => {
        if (!signal.aborted) logger.debug({ reason: reasonOf(error) }, 'figures of the L1 could not be read');
      });
      await clock.sleep(REFRESH_MS, signal).catch(() => undefined);
    }
  }

  async #refresh(): Promise<void> {
    const { l1, metrics } = this.#deps;
    const { avss, restaking } = this.#options;
    if (metrics.clientVersion === undefined) {
      metrics.clientVersion = String(await l1.request({ method: 'web3_clientVersion' } as never));
    }
    await Promise.all([
      ...avss.map(({ name, deployment }) => this.#readStakes(name, deployment)),
      ...(restaking ? [this.#readSlashes(restaking), this.#readRewards(restaking)] : []),
    ]);
  }

  async #readStakes(name: string, { stakeRegistry, quorums }: AvsDeployment): Promise<void> {
    const { l1, metrics } = this.#deps;
    await Promise.all(
      quorums.map(async (quorum) => {
        const stake = await l1.readContract({
          address: stakeRegistry,
          abi: stakeRegistryAbi,
          functionName: 'getCurrentStake',
          args: [this.#options.operatorId, quorum.number],
        });
        metrics.registeredStake(name, quorum, stake);
      }),
    );
  }

  /** A slash lowers the maximal magnitude of a strategy for ever. */
  async #readSlashes({ allocationManager }: RestakingDeployment): Promise<void> {
    const { avss, operatorAddress } = this.#options;
    const strategies = avss.flatMap(({ deployment }) => deployment.quorums.flatMap((quorum) => quorum.strategies));
    const magnitudes = await this.#deps.l1.readContract({
      address: allocationManager,
      abi: allocationManagerAbi,
      functionName: 'getMaxMagnitudes',
      args: [operatorAddress, [...new Set(strategies.map(({ strategy }) => strategy))]],
    });
    this.#deps.metrics.slashed(magnitudes.some((magnitude) => magnitude < WHOLE));
  }

  async #readRewards({ rewardsCoordinator, strategies }: RestakingDeployment): Promise<void> {
    const { l1, metrics } = this.#deps;
    const tokens = strategies.flatMap(({ token }) => (token === null ? [] : [token]));
    await Promise.all(
      tokens.map(async (token) => {
        const total = await l1.readContract({
          address: rewardsCoordinator,
          abi: rewardsCoordinatorAbi,
          functionName: 'cumulativeClaimed',
          args: [this.#options.operatorAddress, token],
        });
        metrics.feesEarned(token, total - (this.#claimed.get(token) ?? 0n));
        this.#claimed.set(token, total);
      }),
    );
  }
}
