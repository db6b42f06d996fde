import { Worker } from 'node:worker_threads';
import type { Defence, GameView, Move } from '@tephra/dispute';
import type { Hash, StepReport } from '@tephra/protocol';
import type { ClaimMind } from './claim.ts';
import type { ClaimInput } from './claimInput.ts';
import { DisputeError } from './errors.ts';
import type { Question } from './localMind.ts';

export type MindWorkerData = { storePath: string };
export type MindJob = { id: number; key: string; input: ClaimInput; question: Question };
export type MindAnswer = { id: number; value: unknown } | { id: number; failure: string };

type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

/**
 * What this node knows of claims, computed in a thread of its own that starts with the first question: the trees of a long
 * transaction take minutes, which the producer's thread can't spare.
 */
export class ClaimMinds {
  readonly #storePath: string;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #worker: Worker | undefined;
  #stopped = false;

  /** @param storePath folder of the chain's database */
  constructor(storePath: string) {
    this.#storePath = storePath;
  }

  /** @param key names the claim; the same key is the same claim */
  of(key: string, input: ClaimInput): ClaimMind {
    const ask = <T>(question: Question): Promise<T> => this.#ask(key, input, question) as Promise<T>;
    return {
      final: () => ask<Hash>({ ask: 'final' }),
      defence: () => ask<Defence>({ ask: 'defence' }),
      defenderMove: (view: GameView) => ask<Move | null>({ ask: 'defenderMove', view }),
      challengerMove: (view: GameView) => ask<Move | null>({ ask: 'challengerMove', view }),
      report: (view: GameView, transactions: Hash[]) => ask<StepReport | null>({ ask: 'report', view, transactions }),
    };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#worker?.terminate();
    this.#fail(new DisputeError('STOPPED', 'the node is stopping'));
  }

  #ask(key: string, input: ClaimInput, question: Question): Promise<unknown> {
    if (this.#stopped) return Promise.reject(new DisputeError('STOPPED', 'the node is stopping'));
    this.#worker ??= this.#startWorker();
    const worker = this.#worker;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, key, input, question } satisfies MindJob);
    });
  }

  #startWorker(): Worker {
    const workerData: MindWorkerData = { storePath: this.#storePath };
    const worker = new Worker(new URL('./mindWorker.ts', import.meta.url), { workerData });
    worker.unref();
    worker.on('message', (answer: MindAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('failure' in answer) waiting?.reject(new DisputeError('MACHINE_FAILED', answer.failure));
      else waiting?.resolve(answer.value);
    });
    const lost = (error: Error): void => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#fail(error);
    };
    worker.on('error', lost);
    worker.on('exit', () => lost(new DisputeError('MACHINE_FAILED', 'the thread that computes claims ended')));
    return worker;
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
