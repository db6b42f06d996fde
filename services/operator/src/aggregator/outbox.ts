import { type Clock, type Logger, retry } from '@tephra/core';
import { encodeG1, type Hash, type SignedTaskResponse } from '@tephra/protocol';
import type { SignedAnswer, SigningMeta } from '../duty.ts';
import type { SigningJournal } from '../journal/signing-journal.ts';
import { reasonOf } from '../status.ts';
import { type AggregatorClient, AggregatorError } from './aggregator-client.ts';

/**
 * How the delivery of an answer ended: it is there, it came too late, it was refused for good, or nobody asked this operator
 * (who was in none of the task's quorums at its block).
 */
export type Delivery = 'accepted' | 'expired' | 'refused' | 'unasked';

export type OutboxDeps = {
  client: AggregatorClient;
  journal: SigningJournal;
  logger: Logger;
  clock: Clock;
  /** Called once for each answer. */
  onDelivered: (delivery: Delivery) => void;
  /** The aggregator holds another answer to a task that this operator's key has signed. */
  onConflict: (taskKey: string) => void;
};

type Pending = SignedAnswer & Pick<SigningMeta, 'response' | 'expiresAt'>;

/** Answers on their way to the aggregator: each is sent until it is there or of no use. */
export class Outbox {
  readonly #options: { avs: string; operatorId: Hash };
  readonly #deps: OutboxDeps;
  readonly #pending = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: { avs: string; operatorId: Hash }, deps: OutboxDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** Answers that are not delivered yet. */
  get size(): number {
    return this.#pending.size;
  }

  /** An answer that is on its way already, or was delivered before, is not sent twice. */
  post(taskKey: string, answer: Pending): void {
    if (this.#pending.has(taskKey) || this.#stopping.signal.aborted) return;
    if (this.#deps.journal.isDelivered(this.#options.avs, taskKey)) return;
    const delivery = this.#deliver(taskKey, answer)
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted)
          this.#deps.logger.error({ err: error, taskKey }, 'an answer was not delivered');
      })
      .finally(() => this.#pending.delete(taskKey));
    this.#pending.set(taskKey, delivery);
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the outbox was stopped'));
    await Promise.all(this.#pending.values());
  }

  async #deliver(taskKey: string, answer: Pending): Promise<void> {
    const { journal, logger, onDelivered } = this.#deps;
    const { avs, operatorId } = this.#options;
    const { response, sequence, signature } = answer;
    const delivery = await this.#send(
      { avs, taskId: taskKey, operatorId, response, signature: encodeG1(signature), journalSequence: sequence },
      answer.expiresAt,
    );
    if (delivery === undefined) return;
    logger.debug({ taskKey, delivery }, 'answer delivered');
    onDelivered(delivery);
    await journal.done(avs, taskKey).catch((error: unknown) => {
      logger.warn(
        { err: error, taskKey },
        'the journal did not take note of a delivery; it is repeated after a restart',
      );
    });
  }

  /** Undefined when the outbox was stopped first. */
  async #send(response: SignedTaskResponse, expiresAt: number): Promise<Delivery | undefined> {
    const { client, clock, logger, onConflict } = this.#deps;
    const { signal } = this.#stopping;
    try {
      await retry(() => client.processSignedTaskResponse(response, signal), {
        attempts: Number.POSITIVE_INFINITY,
        baseMs: 250,
        maxMs: 10_000,
        signal,
        clock,
        retryIf: (error) => error instanceof AggregatorError && error.retryable && clock.now() < expiresAt,
        onRetry: (error, attempt) => {
          if (attempt === 4)
            logger.warn(
              { reason: reasonOf(error), taskKey: response.taskId },
              'the aggregator does not take an answer',
            );
        },
      });
      return 'accepted';
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof AggregatorError)) throw error;
      switch (error.code) {
        case 'DUPLICATE':
          return 'accepted';
        case 'CONFLICTING':
          onConflict(response.taskId);
          return 'refused';
        case 'NOT_IN_QUORUM':
        case 'UNKNOWN_OPERATOR':
          return 'unasked';
        case 'EXPIRED':
        case 'UNKNOWN_TASK':
        case 'UNREACHABLE':
        case 'RATE_LIMITED':
          return 'expired';
        default:
          logger.error({ err: error, taskKey: response.taskId }, 'the aggregator refused an answer');
          return 'refused';
      }
    }
  }
}
