import { errorMessage, type Logger, retry, type Service } from '@tephra/core';
import { deployStepVerifier, type TransactionSender } from '@tephra/l1';
import type { Address } from '@tephra/protocol';

const RETRY_MS = 2_000;
const MAX_RETRY_MS = 30_000;

/**
 * Sees to it that the L1 can check single steps of disputes. These contracts are large, and no game comes to its last move within
 * minutes: they are deployed beside everything else, and what fails is tried again.
 */
export class StepVerifierPart implements Service {
  readonly #game: Address;
  readonly #deps: { sender: TransactionSender; logger: Logger };
  readonly #stopping = new AbortController();
  #work: Promise<void> = Promise.resolve();

  /** @param game that the platform's chains name */
  constructor(game: Address, deps: { sender: TransactionSender; logger: Logger }) {
    this.#game = game;
    this.#deps = deps;
  }

  /** Resolves at once; the rest happens beside. */
  async start(): Promise<void> {
    this.#work = this.#deploy();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the platform stops'));
    await this.#work;
  }

  async #deploy(): Promise<void> {
    const { signal } = this.#stopping;
    const { logger } = this.#deps;
    try {
      const isOurs = await retry(() => deployStepVerifier(this.#game, this.#deps), {
        attempts: Number.POSITIVE_INFINITY,
        baseMs: RETRY_MS,
        maxMs: MAX_RETRY_MS,
        signal,
        retryIf: () => !signal.aborted,
        onRetry: (error, _attempt, waitMs) =>
          logger.warn({ reason: errorMessage(error), waitMs }, 'the verifier of steps could not be deployed yet'),
      });
      logger.info(
        { game: this.#game },
        isOurs ? 'steps can be verified' : 'disputes end at the verifier of another version',
      );
    } catch (error) {
      if (!signal.aborted) logger.error({ err: error }, 'the verifier of steps could not be deployed');
    }
  }
}
