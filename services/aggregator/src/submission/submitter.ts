import { type Clock, errorMessage, isTephraError, type Logger } from '@tephra/core';
import type { AvsAdapter } from '../adapters/adapter.ts';
import type { AggregatorMetrics } from '../metrics.ts';
import type { SubmissionStore } from '../store/submission-store.ts';
import type { StoredTask, TaskStore } from '../store/task-store.ts';

/** Certificates that are on their way at a time. */
const AT_ONCE = 8;
/** A certificate that the contract refused so often will not be taken later either. */
const MAX_REFUSALS = 5;
/** Tried for this long after the task took its last answer, when the L1 does not answer. */
const GIVE_UP_AFTER_MS = 60 * 60 * 1_000;
/** Confirmed certificates that are looked at again in one go. */
const MOST_RECHECKED = 64;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export type SubmitterDeps = {
  adapter: AvsAdapter;
  isWriter: () => Promise<boolean>;
  tasks: TaskStore;
  submissions: SubmissionStore;
  clock: Clock;
  logger: Logger;
  metrics: AggregatorMetrics;
};

/**
 * Brings certificates of one AVS to the L1, each once: only the writer (see `Lease`) works, the hash of a transaction is
 * stored before it goes out, and an attempt begins with a look at what became of the one before it.
 */
export class Submitter {
  readonly #deps: SubmitterDeps;
  readonly #running = new Map<number, Promise<void>>();
  readonly #stop = new AbortController();
  #looking: Promise<void> | undefined;
  #again = false;

  constructor(deps: SubmitterDeps) {
    this.#deps = deps;
  }

  /** Looks for work; what is under way goes on. Cheap to call often. */
  wake(): void {
    if (this.#stop.signal.aborted) return;
    this.#again = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Looks whether the L1 still has what it had, as long as it could be answered again; sends again what a reorg took. */
  async recheck(): Promise<void> {
    const { adapter, clock, logger, submissions, tasks, isWriter } = this.#deps;
    if (!(await isWriter())) return;
    const numbers = await submissions.answerable(adapter.name, new Date(clock.now()), MOST_RECHECKED);
    const confirmed = await tasks.byNumbers(numbers);
    const kept = await Promise.all(confirmed.map(({ task }) => adapter.isSubmitted(task)));
    for (const [index, { number, task }] of confirmed.entries()) {
      if (kept[index]) continue;
      logger.warn({ avs: adapter.name, taskId: task.taskId }, 'the L1 took a confirmed certificate back');
      await submissions.reopen(number, new Date(clock.now()));
      this.wake();
    }
  }

  /** Ends waiting for the L1; transactions that are out stay out, and are found again at the next start. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('the aggregator stops'));
    await this.#looking?.catch(() => undefined);
    await Promise.allSettled(this.#running.values());
  }

  async #look(): Promise<void> {
    const { adapter, clock, logger, submissions, tasks, isWriter } = this.#deps;
    while (this.#again && !this.#stop.signal.aborted) {
      this.#again = false;
      try {
        if (this.#running.size >= AT_ONCE || !(await isWriter())) return;
        const due = await submissions.due(adapter.name, new Date(clock.now()), AT_ONCE + this.#running.size);
        const fresh = due.filter((number) => !this.#running.has(number)).slice(0, AT_ONCE - this.#running.size);
        for (const stored of await tasks.byNumbers(fresh)) {
          const run = this.#submit(stored).finally(() => {
            this.#running.delete(stored.number);
            this.wake();
          });
          this.#running.set(stored.number, run);
        }
      } catch (error) {
        logger.warn({ err: error, avs: adapter.name }, 'certificates wait: the database does not answer');
      }
    }
  }

  async #submit(stored: StoredTask): Promise<void> {
    const { adapter, clock, logger, metrics, submissions, isWriter } = this.#deps;
    const { task, certificate } = stored;
    if (!certificate) return;
    const labels = { avs: adapter.name, taskId: task.taskId };
    try {
      const { transactionHash } = await adapter.submit({
        task,
        certificate,
        previousHash: stored.transactionHash,
        signal: this.#stop.signal,
        beforeBroadcast: async (hash) => {
          if (!(await isWriter())) throw new Error('another replica took over');
          await submissions.sending(stored.number, hash);
        },
      });
      await submissions.confirmed(stored.number, transactionHash);
      metrics.submissions.inc({ avs: adapter.name, outcome: 'confirmed' });
      logger.info({ ...labels, transactionHash }, 'certificate confirmed on the L1');
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const refused = isTephraError(error) && !error.retryable && /REVERTED/.test(error.code);
      const attempts = stored.attempts + 1;
      const over = clock.now() > task.expiresAt + GIVE_UP_AFTER_MS;
      const reason = errorMessage(error).slice(0, 500);
      const failed = over || (refused && attempts >= MAX_REFUSALS);
      metrics.submissions.inc({ avs: adapter.name, outcome: failed ? 'failed' : 'again' });
      logger.warn({ ...labels, err: error, attempts, failed }, 'certificate not on the L1 yet');
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10));
      const write = failed
        ? submissions.failed(stored.number, reason)
        : submissions.again(stored.number, { reason, attempts, at: new Date(clock.now() + pause) });
      await write.catch((cause: unknown) => logger.warn({ ...labels, err: cause }, 'the outcome could not be stored'));
    }
  }
}
