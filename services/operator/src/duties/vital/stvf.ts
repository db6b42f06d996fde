import { Worker } from 'node:worker_threads';
import type { ValidatedPov, ValidateOptions } from '@tephra/engine/validation';
import type { Hash } from '@tephra/protocol';
import { VitalError } from './errors.ts';

export type StvfJob = { id: number; proof: Uint8Array; options: ValidateOptions };
export type StvfAnswer =
  | { id: 0; program: Hash }
  | { id: number; validated: ValidatedPov; milliseconds: number }
  | { id: number; failure: { code: string | null; reason: string } };

/** What validating a proof gave, and how long it took. */
export type Verdict = { validated: ValidatedPov; milliseconds: number };

/** The state transition validation function, as an operator runs it. */
export interface Stvf {
  /** keccak256 of the program. */
  program(): Promise<Hash>;
  /** @throws VitalError PROOF_INVALID */
  validate(proof: Uint8Array): Promise<Verdict>;
  stop(): Promise<void>;
}

/** A proof may take this long until no further signature or precompiled contract is begun, and this much more until it is over. */
const TIMEOUT_MS = 20_000;
const GRACE_MS = 20_000;

/** A proof's memory is the program's own; what lies around it is little. */
const LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 256 };

type Waiting = { resolve: (answer: StvfAnswer) => void; reject: (error: Error) => void };

/** Validates in a thread of its own, one proof after the other; a thread that hangs is ended. */
export class StvfThread implements Stvf {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #next = 1;
  #program: Promise<Hash> | undefined;

  /** Starts the thread, which is not there before it is needed: it takes some 100 MB. */
  program(): Promise<Hash> {
    this.#program ??= this.#answer(0).then((answer) => (answer as { program: Hash }).program);
    this.#program.catch(() => {
      this.#program = undefined;
    });
    this.#start();
    return this.#program;
  }

  async validate(proof: Uint8Array): Promise<Verdict> {
    await this.program();
    const id = this.#next++;
    const answered = this.#answer(id);
    this.#start().postMessage({ id, proof, options: { timeoutMs: TIMEOUT_MS } } satisfies StvfJob);
    const timer = setTimeout(() => this.#end(new Error('the proof took too long')), TIMEOUT_MS + GRACE_MS);
    let answer: StvfAnswer;
    try {
      answer = await answered;
    } catch (cause) {
      throw invalid('the validation broke off', cause);
    } finally {
      clearTimeout(timer);
    }
    if ('validated' in answer) return answer;
    throw invalid('failure' in answer ? answer.failure.reason : 'no answer');
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
  }

  #answer(id: number): Promise<StvfAnswer> {
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./stvf-worker.ts', import.meta.url), { resourceLimits: LIMITS });
    worker.unref();
    worker.on('message', (answer: StvfAnswer) => {
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
    });
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', () => this.#lost(worker, new Error('the thread ended')));
    this.#worker = worker;
    return worker;
  }

  #end(error: Error): void {
    const worker = this.#worker;
    if (!worker) return;
    this.#lost(worker, error);
    void worker.terminate();
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#program = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function invalid(reason: string, cause?: unknown): VitalError {
  return new VitalError('PROOF_INVALID', `the proof of validity does not hold: ${reason}`, { cause });
}
