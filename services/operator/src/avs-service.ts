import { type Clock, type Logger, type Metrics, retry, type Service } from '@tephra/core';
import type { BlsSigner } from '@tephra/crypto';
import type { AvsDeployment, L1Client } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { type AggregatorClient, AggregatorError } from './aggregator/aggregator-client.ts';
import { Outbox } from './aggregator/outbox.ts';
import type { Duty, DutyModule } from './duty.ts';
import type { SigningJournal } from './journal/signing-journal.ts';
import type { L1Feed } from './l1/l1-feed.ts';
import type { OperatorMetrics } from './metrics/operator-metrics.ts';
import { SigningDesk } from './signing-desk.ts';
import { type PartStatus, reasonOf } from './status.ts';

export type AvsServiceOptions = {
  /** Name of the AVS. */
  name: string;
  deployment: AvsDeployment;
  operatorAddress: Address;
  operatorId: Hash;
  chainId: number;
};

export type AvsServiceDeps = {
  duty: DutyModule;
  journal: SigningJournal;
  signer: BlsSigner;
  aggregator: AggregatorClient;
  l1: L1Client;
  feed: L1Feed;
  metrics: OperatorMetrics;
  /** For what a duty measures itself. */
  ownMetrics: Metrics;
  logger: Logger;
  clock: Clock;
};

/** How often the aggregator is asked in which quorums the operator is, milliseconds. */
const REFRESH_MS = 60_000;

/** One AVS of a host: its desk, its duty, and the answers on their way. Starts in the background and keeps trying. */
export class AvsService implements Service {
  readonly #options: AvsServiceOptions;
  readonly #deps: AvsServiceDeps;
  readonly #desk: SigningDesk;
  readonly #outbox: Outbox;
  readonly #duty: Duty;
  readonly #stopping = new AbortController();
  #work: Promise<unknown> = Promise.resolve();
  #dutyRuns = false;
  /** Quorums in which the aggregator sees the operator; undefined before it said so. */
  #quorums: number[] | undefined;
  /** Why the duty does not run or the aggregator does not know the operator. */
  #problem: string | undefined;

  constructor(options: AvsServiceOptions, deps: AvsServiceDeps) {
    const { name, operatorId } = options;
    const { journal, clock, metrics } = deps;
    const logger = deps.logger.child({ avs: name });
    this.#options = options;
    this.#deps = { ...deps, logger };
    this.#desk = new SigningDesk({ avs: name }, { journal, signer: deps.signer, logger, clock });
    this.#outbox = new Outbox(
      { avs: name, operatorId },
      {
        client: deps.aggregator,
        journal,
        logger,
        clock,
        onDelivered: (delivery) => metrics.delivered(name, delivery),
        onConflict: (taskKey) => this.#onConflict(taskKey),
      },
    );
    this.#duty = deps.duty.create({
      avs: options.deployment,
      operatorAddress: options.operatorAddress,
      operatorId,
      l1: { client: deps.l1, feed: deps.feed, chainId: options.chainId },
      sign: async (taskKey, digest, meta) => {
        const answer = await this.#desk.sign(taskKey, digest, meta);
        metrics.signed(name);
        return answer;
      },
      decisions: (prefix) => journal.startingWith(name, prefix),
      submit: (taskKey, answer) => this.#outbox.post(taskKey, answer),
      logger,
      clock,
      metrics: deps.ownMetrics,
    });
  }

  get status(): PartStatus {
    const { name } = this.#options;
    const { description } = this.#deps.duty;
    const part = { id: name, name, description };
    if (this.#desk.state === 'stopped') return { ...part, status: 'Down', problem: this.#desk.reason };
    if (!this.#dutyRuns || this.#desk.state === 'asking' || this.#quorums === undefined) {
      return { ...part, status: 'Initializing', problem: this.#problem };
    }
    if (this.#quorums.length === 0) return { ...part, status: 'Initializing', problem: 'the operator is in no quorum' };
    return { ...part, status: 'Up', problem: this.#duty.problems?.join('; ') || undefined };
  }

  /** Answers that are signed and not delivered yet. */
  get undelivered(): number {
    return this.#outbox.size;
  }

  async start(): Promise<void> {
    this.#work = Promise.all([this.#startDuty(), this.#keepInTouch()]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the operator was stopped'));
    this.#desk.stop('the operator was stopped');
    await this.#duty.stop();
    await this.#outbox.stop();
    await this.#work;
  }

  async #startDuty(): Promise<void> {
    const { feed, clock, logger } = this.#deps;
    const { signal } = this.#stopping;
    try {
      this.#desk.begin(await untilAborted(feed.firstHead, signal));
      await retry(() => this.#resend(), { attempts: Number.POSITIVE_INFINITY, signal, clock, retryIf: () => true });
      await retry(() => this.#duty.start(), {
        attempts: Number.POSITIVE_INFINITY,
        signal,
        clock,
        retryIf: () => true,
        onRetry: (error, attempt) => {
          this.#problem = reasonOf(error);
          if (attempt === 3) logger.warn({ reason: this.#problem }, 'the duty does not start; trying again');
        },
      });
      this.#dutyRuns = true;
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'the duty cannot run');
    }
  }

  /** What was decided before this start and never acknowledged. */
  async #resend(): Promise<void> {
    const { journal, signer, clock } = this.#deps;
    const { name } = this.#options;
    for (const { taskKey, digest, sequence, response, expiresAt } of journal.undelivered(name)) {
      if (clock.now() >= expiresAt) await journal.done(name, taskKey);
      else this.#outbox.post(taskKey, { sequence, signature: await signer.sign(digest), response, expiresAt });
    }
  }

  /** Learns from the aggregator how far it has seen the journal, then in which quorums the operator is. */
  async #keepInTouch(): Promise<void> {
    const { aggregator, clock, logger } = this.#deps;
    const { name, operatorId } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const session = await retry(() => aggregator.initOperator(name, operatorId, signal), {
          attempts: Number.POSITIVE_INFINITY,
          maxMs: 10_000,
          signal,
          clock,
          retryIf: (error) => error instanceof AggregatorError,
          onRetry: (error, attempt) => {
            this.#quorums = error instanceof AggregatorError && error.code === 'UNKNOWN_OPERATOR' ? [] : this.#quorums;
            this.#problem = reasonOf(error);
            if (attempt === 3) logger.warn({ reason: this.#problem }, 'the aggregator does not take this operator yet');
          },
        });
        await this.#desk.trust(session.lastJournalSequence);
        this.#quorums = session.quorums;
        this.#problem = undefined;
        await clock.sleep(REFRESH_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        logger.error({ err: error }, 'the aggregator could not be asked');
        await clock.sleep(REFRESH_MS, signal).catch(() => undefined);
      }
    }
  }

  #onConflict(taskKey: string): void {
    const { logger, metrics } = this.#deps;
    const reason = `the aggregator holds another answer of this key to task ${taskKey}: another process signs with it`;
    logger.fatal({ taskKey }, `${reason}; nothing is signed any more`);
    metrics.conflict(this.#options.name);
    this.#desk.stop(reason);
  }
}

/** The promise, or a rejection with the signal's reason when it aborts first. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
