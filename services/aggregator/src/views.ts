import type { AvsEvidence, AvsStatus, AvsTask } from '@tephra/api';
import type { Clock } from '@tephra/core';
import { RouteError } from '@tephra/http';
import type { AttestationCertificate, Hash } from '@tephra/protocol';
import type { AvsAdapter } from './adapters/adapter.ts';
import type { EvidenceStore } from './store/evidence-store.ts';
import { certificateOf, type StoredResponse, type StoredTask, type TaskStore } from './store/task-store.ts';
import { operatorsNeeded, tally } from './tasks/tally.ts';

type Page<T> = { items: T[]; nextCursor: string | null };

/** Newest tasks that are looked at for an AVS's status. */
const STATUS_TASKS = 50;

type ViewOptions = { graceMs: number; idleAfterMs: number };
type ViewDeps = {
  adapters: ReadonlyMap<string, AvsAdapter>;
  tasks: TaskStore;
  evidence: EvidenceStore;
  clock: Clock;
};

/** What callers see of the tasks of an AVS. */
export class Views {
  readonly #options: { graceMs: number; idleAfterMs: number };
  readonly #deps: {
    adapters: ReadonlyMap<string, AvsAdapter>;
    tasks: TaskStore;
    evidence: EvidenceStore;
    clock: Clock;
  };

  constructor(options: ViewOptions, deps: ViewDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  async tasks(avs: string, page: { limit: number; cursor?: string }): Promise<Page<AvsTask>> {
    this.#adapter(avs);
    const stored = await this.#deps.tasks.page(avs, page.limit + 1, cursorOf(page.cursor));
    const items = stored.slice(0, page.limit);
    const responses = await this.#responses(items);
    return {
      items: items.map((task) => taskView(task, responses.get(task.number) ?? [])),
      nextCursor: stored.length > page.limit ? String(items.at(-1)?.number) : null,
    };
  }

  async task(avs: string, taskId: string): Promise<AvsTask> {
    const stored = await this.#find(avs, taskId);
    return taskView(stored, await this.#deps.tasks.responsesOf([stored.number]));
  }

  /** Null while there is none. */
  async certificate(avs: string, taskId: string): Promise<AttestationCertificate | null> {
    return certificateOf(await this.#find(avs, taskId));
  }

  async evidence(avs: string, page: { limit: number; cursor?: string }): Promise<Page<AvsEvidence>> {
    this.#adapter(avs);
    const found = await this.#deps.evidence.page(avs, page.limit + 1, cursorOf(page.cursor));
    const items = found.slice(0, page.limit);
    return { items, nextCursor: found.length > page.limit ? (items.at(-1)?.id ?? null) : null };
  }

  /**
   * An AVS certifies when its newest task that had time to be answered has a certificate. A newer one that has its
   * certificate already says the same.
   */
  async status(avs: string): Promise<AvsStatus> {
    this.#adapter(avs);
    const { tasks, clock } = this.#deps;
    const now = clock.now();
    const [newest, openTasks] = await Promise.all([tasks.page(avs, STATUS_TASKS), tasks.countOpen(avs)]);
    const lastCertificateAt = newest.find(({ certifiedAt }) => certifiedAt)?.certifiedAt ?? null;
    const recent = newest.filter(({ createdAt }) => createdAt.getTime() > now - this.#options.idleAfterMs);
    const aged = recent.find(({ createdAt }) => createdAt.getTime() <= now - this.#options.graceMs);
    const certifiedAlready = recent[0]?.certificate ? recent[0] : undefined;
    const shown = aged ?? certifiedAlready;
    const base = { avs, lastCertificateAt: lastCertificateAt?.toISOString() ?? null, openTasks };
    if (!shown) {
      return {
        ...base,
        state: 'idle',
        lastTaskId: newest[0]?.task.taskId ?? null,
        operatorsRegistered: newest[0]?.set.members.length ?? 0,
        operatorsOnline: 0,
        operatorsNeeded: newest[0] ? operatorsNeeded(newest[0].set, newest[0].task.thresholdPercentages) : 0,
        quorums: [],
        missing: [],
      };
    }
    const responses = (await this.#responses([shown])).get(shown.number) ?? [];
    const answered = new Set(responses.map(({ operatorId }) => operatorId));
    const absent = shown.set.members.filter(({ operatorId }) => !answered.has(operatorId));
    const seen = await tasks.operators(
      avs,
      absent.map(({ operatorId }) => operatorId),
    );
    const { quorumNumbers, thresholdPercentages } = shown.task;
    const signed = taskView(shown, responses).signedPercentages;
    const certifies = shown.certificate !== null || certifiedAlready !== undefined;
    return {
      ...base,
      state: certifies ? 'certifying' : 'below-threshold',
      lastTaskId: shown.task.taskId,
      operatorsRegistered: shown.set.members.length,
      operatorsOnline: answered.size,
      operatorsNeeded: operatorsNeeded(shown.set, thresholdPercentages),
      quorums: quorumNumbers.map((quorum, index) => ({
        quorum,
        signedPercentage: signed[index] ?? 0,
        thresholdPercentage: thresholdPercentages[index] ?? 100,
      })),
      // A task that is some milliseconds old misses everybody.
      missing: (aged ? absent : []).map(({ operatorId, address }) => ({
        operatorId,
        operator: address,
        lastSignedAt: seen.get(operatorId)?.lastSignedAt.toISOString() ?? null,
      })),
    };
  }

  async #responses(tasks: readonly StoredTask[]): Promise<Map<number, StoredResponse[]>> {
    const responses = await this.#deps.tasks.responsesOf(tasks.map(({ number }) => number));
    return Map.groupBy(responses, ({ taskNumber }) => taskNumber);
  }

  async #find(avs: string, taskId: string): Promise<StoredTask> {
    this.#adapter(avs);
    const stored = await this.#deps.tasks.find(avs, taskId);
    if (!stored) throw new RouteError('NOT_FOUND', `There is no task ${taskId} of ${avs}, or it is too long ago.`);
    return stored;
  }

  #adapter(avs: string): void {
    if (this.#deps.adapters.has(avs)) return;
    throw new RouteError('NOT_FOUND', `This aggregator serves no AVS ${avs}.`, {
      hint: `It serves ${[...this.#deps.adapters.keys()].join(', ') || 'none'}.`,
    });
  }
}

function taskView(stored: StoredTask, responses: readonly StoredResponse[]): AvsTask {
  const { task, set, certificate } = stored;
  const byOperator = new Map<Hash, StoredResponse>(responses.map((response) => [response.operatorId, response]));
  const tallies = tally(set, task.thresholdPercentages, responses);
  const shown = certificate ? tallies.find(({ digest }) => digest === certificate.digest) : tallies[0];
  return {
    taskId: task.taskId,
    state: stored.state,
    createdAt: stored.createdAt.toISOString(),
    expiresAt: new Date(task.expiresAt).toISOString(),
    quorumNumbers: task.quorumNumbers,
    signedPercentages: shown?.percentages ?? task.quorumNumbers.map(() => 0),
    thresholdPercentages: task.thresholdPercentages,
    signers: set.members.map(({ operatorId, address }) => {
      const response = byOperator.get(operatorId);
      const wrong = response?.wrong || (response && certificate && response.digest !== certificate.digest);
      return {
        operatorId,
        operator: address,
        signedAt: response?.receivedAt.toISOString() ?? null,
        verdict: wrong ? 'wrong' : response ? 'signed' : 'missed',
      };
    }),
    certificate: certificateOf(stored),
  };
}

function cursorOf(cursor: string | undefined): number | undefined {
  return cursor === undefined ? undefined : Number(cursor);
}
