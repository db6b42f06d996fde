import { TypedEmitter } from '@tephra/core';
import type { AttestationCertificate, AttestationTask, Hash } from '@tephra/protocol';
import { AggregatorError } from '../errors.ts';
import { certificateOf, type StoredResponse, type StoredTask, type TaskStore } from '../store/task-store.ts';
import type { OperatorSet } from './operator-set.ts';
import { type Tally, tally } from './tally.ts';

/** A task that takes answers, with those it has. */
export type OpenTask = StoredTask & { responses: Map<Hash, StoredResponse> };

export type BookEvents = { task: [AttestationTask]; certificate: [AttestationCertificate] };

/** Tasks of one AVS that take answers, in memory; the database has the same and more. */
export class TaskBook {
  readonly events = new TypedEmitter<BookEvents>();
  readonly #avs: string;
  readonly #maxOpen: number;
  readonly #store: TaskStore;
  readonly #tasks = new Map<string, OpenTask>();

  constructor(options: { avs: string; maxOpen: number }, deps: { store: TaskStore }) {
    this.#avs = options.avs;
    this.#maxOpen = options.maxOpen;
    this.#store = deps.store;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** Tasks without a certificate. */
  get uncertified(): number {
    return [...this.#tasks.values()].filter(({ certificate }) => certificate === null).length;
  }

  get(taskId: string): OpenTask | undefined {
    return this.#tasks.get(taskId);
  }

  all(): OpenTask[] {
    return [...this.#tasks.values()];
  }

  /** Takes up what an earlier process, or another replica, left. */
  async load(now: Date): Promise<void> {
    const stored = await this.#store.answerable(this.#avs, now);
    await this.#take(stored.slice(-this.#maxOpen));
  }

  /**
   * Opens a task; one that is open stays as it is, unless its content changed.
   * @throws AggregatorError TOO_MANY_TASKS
   */
  async open(task: AttestationTask, operators: () => Promise<OperatorSet>, now: Date): Promise<OpenTask> {
    const known = this.#tasks.get(task.taskId);
    if (known && known.task.content === task.content) return known;
    if (!known && this.#tasks.size >= this.#maxOpen) {
      throw new AggregatorError('TOO_MANY_TASKS', `${this.#tasks.size} tasks of ${this.#avs} are open already`, {
        hint: 'Wait until some are answered or expire.',
        retryable: true,
      });
    }
    const stored = await this.#store.add(task, await operators(), now);
    await this.#take([stored]);
    const opened = this.#tasks.get(task.taskId)!;
    this.events.emit('task', opened.task);
    return opened;
  }

  /** Takes up a task that another replica opened. */
  async adopt(stored: StoredTask): Promise<OpenTask> {
    await this.#take([stored]);
    return this.#tasks.get(stored.task.taskId)!;
  }

  /** Reads answers and certificates that other replicas wrote meanwhile. */
  async refresh(tasks: readonly OpenTask[]): Promise<void> {
    const waiting = tasks.filter(({ certificate }) => certificate === null);
    await this.#take(await this.#store.byNumbers(waiting.map(({ number }) => number)));
  }

  /** Forgets tasks that take no more answers. */
  close(now: Date): void {
    for (const [id, { task }] of this.#tasks) if (task.expiresAt <= now.getTime()) this.#tasks.delete(id);
  }

  /** The answer that may become the certificate: one that the AVS knows to be wrong is never certified. */
  leading(open: OpenTask): Tally | undefined {
    const eligible = [...open.responses.values()].filter(({ wrong }) => !wrong);
    return tally(open.set, open.task.thresholdPercentages, eligible)[0];
  }

  tallies(open: OpenTask): Tally[] {
    return tally(open.set, open.task.thresholdPercentages, open.responses.values());
  }

  async #take(stored: readonly StoredTask[]): Promise<void> {
    const responses = await this.#store.responsesOf(stored.map(({ number }) => number));
    for (const task of stored) {
      const known = this.#tasks.get(task.task.taskId);
      const open: OpenTask = known?.number === task.number ? known : { ...task, responses: new Map() };
      const isNews = known !== undefined && known.certificate === null && task.certificate !== null;
      // The caller may hold the same object: it is brought up to date in place. What was read before our own certificate
      // was written is out of date.
      if (open.certificate === null || task.certificate !== null)
        Object.assign(open, task, { responses: open.responses });
      for (const response of responses)
        if (response.taskNumber === task.number) open.responses.set(response.operatorId, response);
      this.#tasks.set(task.task.taskId, open);
      const certificate = isNews ? certificateOf(open) : null;
      if (certificate) this.events.emit('certificate', certificate);
    }
  }
}
