import { type Clock, errorMessage, type Logger, type Service } from '@tephra/core';
import type { Bls } from '@tephra/crypto';
import type { Database } from '@tephra/db';
import type { AttestationTask } from '@tephra/protocol';
import type { AvsAdapter } from './adapters/adapter.ts';
import { AggregatorError, Refusal } from './errors.ts';
import { Intake } from './intake/intake.ts';
import { TaskFinder } from './intake/task-finder.ts';
import type { AggregatorMetrics } from './metrics.ts';
import type { ResolvedOptions } from './options.ts';
import type { EvidenceStore } from './store/evidence-store.ts';
import { Lease } from './store/lease.ts';
import { SubmissionStore } from './store/submission-store.ts';
import type { TaskStore } from './store/task-store.ts';
import { Submitter } from './submission/submitter.ts';
import { Certifier } from './tasks/certifier.ts';
import { KeyCache } from './tasks/key-cache.ts';
import { TaskBook } from './tasks/task-book.ts';

export type DeskDeps = {
  adapter: AvsAdapter;
  db: Database;
  tasks: TaskStore;
  evidence: EvidenceStore;
  bls: Bls;
  clock: Clock;
  logger: Logger;
  metrics: AggregatorMetrics;
};

const RUN_AGAIN_MS = 1_000;
const FORGET_EVERY_MS = 10 * 60 * 1_000;
const RECHECK_EVERY_MS = 15_000;

/** Everything of one AVS: its tasks, the answers to them, the way of certificates to the L1. */
export class AvsDesk implements Service {
  readonly adapter: AvsAdapter;
  readonly book: TaskBook;
  readonly intake: Intake;
  readonly #options: ResolvedOptions;
  readonly #deps: DeskDeps;
  readonly #finder: TaskFinder;
  readonly #certifier: Certifier;
  readonly #submitter: Submitter;
  readonly #lease: Lease;
  readonly #stop = new AbortController();
  #running: Promise<unknown>[] = [];
  #forgottenAt = 0;
  #recheckedAt = 0;
  #rechecking: Promise<void> | undefined;

  constructor(options: ResolvedOptions, deps: DeskDeps) {
    const { adapter, tasks, evidence, bls, clock, logger, metrics, db } = deps;
    const keys = new KeyCache(bls);
    this.adapter = adapter;
    this.#options = options;
    this.#deps = deps;
    this.#lease = new Lease(
      { name: `aggregator:${adapter.name}`, holder: options.instance, ttlMs: options.leaseMs },
      { db, clock },
    );
    this.book = new TaskBook({ avs: adapter.name, maxOpen: options.maxOpenTasks }, { store: tasks });
    this.book.events.on('task', ({ taskId }) => {
      const warming = keys.warm(this.book.get(taskId)?.set.members ?? []);
      warming.catch((error: unknown) => logger.error({ err: error, avs: adapter.name }, 'a registered key is no key'));
    });
    this.#finder = new TaskFinder({ adapter, book: this.book, store: tasks, clock, logger });
    this.#submitter = new Submitter({
      adapter,
      tasks,
      clock,
      logger,
      metrics,
      submissions: new SubmissionStore(db),
      isWriter: () => this.#lease.hold(),
    });
    this.#certifier = new Certifier({
      adapter,
      book: this.book,
      store: tasks,
      evidence,
      bls,
      keys,
      clock,
      logger,
      metrics,
      onCertificate: () => this.#submitter.wake(),
    });
    this.intake = new Intake(options, {
      adapter,
      book: this.book,
      finder: this.#finder,
      certifier: this.#certifier,
      store: tasks,
      evidence,
      bls,
      keys,
      clock,
      logger,
      metrics,
    });
  }

  async start(): Promise<void> {
    await this.book.load(new Date(this.#deps.clock.now()));
    this.#running = [this.#sweepForever(), this.#watchForever()];
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the aggregator stops'));
    await this.#submitter.stop();
    await Promise.allSettled([...this.#running, this.#rechecking]);
    await this.#lease.release().catch(() => undefined);
  }

  /** A task from a caller with the platform's token. @throws Refusal, AggregatorError TOO_MANY_TASKS */
  async createTask(given: AttestationTask): Promise<AttestationTask> {
    const task = await this.adapter.checkTask(given);
    if (task.expiresAt <= this.#deps.clock.now())
      throw new Refusal('EXPIRED', `task ${task.taskId} takes no more answers`);
    return (await this.#open(task)).task;
  }

  async #open(task: AttestationTask) {
    const isNew = this.book.get(task.taskId) === undefined;
    try {
      const open = await this.#finder.open(task);
      if (isNew) this.#deps.metrics.tasks.inc({ avs: task.avs, event: 'opened' });
      return open;
    } catch (error) {
      if (error instanceof AggregatorError) this.#deps.metrics.tasks.inc({ avs: task.avs, event: 'refused' });
      throw error;
    }
  }

  /** The adapter's own work; an L1 that does not answer ends it for a second. */
  async #watchForever(): Promise<void> {
    const { clock, logger } = this.#deps;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.adapter.run({
          signal,
          onTask: async (task) => {
            await this.#open(task);
          },
          isWriter: () => this.#lease.hold(),
          openTasks: () => this.book.uncertified,
        });
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ avs: this.adapter.name, err: error }, `tasks are not watched now: ${errorMessage(error)}`);
      }
      await clock.sleep(RUN_AGAIN_MS, signal).catch(() => undefined);
    }
  }

  async #sweepForever(): Promise<void> {
    const { clock, logger } = this.#deps;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#sweep();
      } catch (error) {
        logger.warn({ avs: this.adapter.name, err: error }, 'unfinished tasks wait: the database does not answer');
      }
      await clock.sleep(this.#options.sweepMs, signal).catch(() => undefined);
    }
  }

  /** Finishes what a crash, or another replica at the same moment, left undone; ends and forgets what is over. */
  async #sweep(): Promise<void> {
    const { clock, tasks, metrics } = this.#deps;
    const { name: avs } = this.adapter;
    const now = clock.now();
    const open = this.book.all();
    await this.book.refresh(open);
    for (const task of open) await this.#certifier.certifyIfReached(task);
    const expired = await tasks.expire(avs, new Date(now));
    if (expired > 0) metrics.tasks.inc({ avs, event: 'expired' }, expired);
    this.book.close(new Date(now));
    metrics.openTasks.set({ avs }, this.book.uncertified);
    this.#submitter.wake();
    if (now - this.#recheckedAt >= RECHECK_EVERY_MS) {
      this.#recheckedAt = now;
      // Beside the sweep: an L1 that is slow to answer must not hold up certificates.
      this.#rechecking ??= this.#submitter
        .recheck()
        .catch((error: unknown) =>
          this.#deps.logger.debug({ avs, err: error }, 'certificates were not looked at again'),
        )
        .finally(() => {
          this.#rechecking = undefined;
        });
    }
    if (now - this.#forgottenAt < FORGET_EVERY_MS) return;
    this.#forgottenAt = now;
    await tasks.forget(avs, new Date(now - this.#options.retentionMs));
  }
}
