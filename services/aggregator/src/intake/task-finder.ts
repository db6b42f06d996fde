import type { Clock, Logger } from '@tephra/core';
import type { AttestationTask, Hash } from '@tephra/protocol';
import type { AvsAdapter } from '../adapters/adapter.ts';
import { Refusal } from '../errors.ts';
import type { TaskStore } from '../store/task-store.ts';
import { OperatorSet } from '../tasks/operator-set.ts';
import type { OpenTask, TaskBook } from '../tasks/task-book.ts';

/** What was not there is not asked for again so soon, milliseconds. */
const MISS_MS = 500;
const QUORUMS_MS = 5_000;
const MAX_REMEMBERED = 1_024;

/**
 * Finds a task for an answer. Operators watch the L1 themselves and may be faster than our own watcher, so a task that is
 * not known is looked for there, at most once in a while for each id.
 */
export class TaskFinder {
  readonly #adapter: AvsAdapter;
  readonly #book: TaskBook;
  readonly #store: TaskStore;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #misses = new Map<string, number>();
  readonly #searches = new Map<string, Promise<OpenTask | undefined>>();
  readonly #quorums = new Map<Hash, { quorums: Promise<number[]>; at: number }>();

  constructor(deps: { adapter: AvsAdapter; book: TaskBook; store: TaskStore; clock: Clock; logger: Logger }) {
    this.#adapter = deps.adapter;
    this.#book = deps.book;
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /** @throws Refusal UNKNOWN_TASK, EXPIRED */
  async find(taskId: string): Promise<OpenTask> {
    const known = this.#book.get(taskId);
    if (known) return known;
    const missedAt = this.#misses.get(taskId);
    if (missedAt !== undefined && this.#clock.now() - missedAt < MISS_MS) throw unknownTask(taskId);
    let search = this.#searches.get(taskId);
    if (!search) {
      search = this.#search(taskId).finally(() => this.#searches.delete(taskId));
      this.#searches.set(taskId, search);
    }
    const found = await search;
    if (found) return found;
    remember(this.#misses, taskId, this.#clock.now());
    throw unknownTask(taskId);
  }

  /** Opens a task that was announced. @throws AggregatorError TOO_MANY_TASKS, and what the L1 answers */
  async open(task: AttestationTask): Promise<OpenTask> {
    const operators = async (): Promise<OperatorSet> =>
      OperatorSet.of(task.quorumNumbers.length, await this.#adapter.operatorsFor(task));
    const open = await this.#book.open(task, operators, new Date(this.#clock.now()));
    this.#misses.delete(task.taskId);
    return open;
  }

  /** Quorums in which an operator is now, some seconds old at most. */
  quorumsOf(operatorId: Hash): Promise<number[]> {
    const known = this.#quorums.get(operatorId);
    if (known && this.#clock.now() - known.at < QUORUMS_MS) return known.quorums;
    const quorums = this.#adapter.quorumsOf(operatorId);
    quorums.catch(() => this.#quorums.delete(operatorId));
    remember(this.#quorums, operatorId, { quorums, at: this.#clock.now() });
    return quorums;
  }

  async #search(taskId: string): Promise<OpenTask | undefined> {
    const now = new Date(this.#clock.now());
    const stored = await this.#store.find(this.#adapter.name, taskId);
    if (stored && stored.task.expiresAt <= now.getTime()) throw expired(taskId);
    if (stored) return await this.#book.adopt(stored);
    const task = await this.#adapter.fetchTask(taskId);
    if (!task) return undefined;
    if (task.expiresAt <= now.getTime()) throw expired(taskId);
    this.#logger.debug({ avs: task.avs, taskId }, 'an answer came before its task was seen');
    return await this.open(task);
  }
}

function expired(taskId: string): Refusal {
  return new Refusal('EXPIRED', `task ${taskId} takes no more answers`);
}

function unknownTask(taskId: string): Refusal {
  return new Refusal('UNKNOWN_TASK', `no task ${taskId} is known`, {
    hint: 'When it is new, send the answer again in a second.',
    retryable: true,
  });
}

/** Sets and bounds: the longest known goes first. */
function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_REMEMBERED) map.delete([...map.keys()][0]!);
}
