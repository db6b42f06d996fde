import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Address } from '@tephra/protocol';
import { bytesToHex } from '../bytes.ts';
import { invalidSender, recoverSender } from '../transaction/decode.ts';
import type { SignedDigest } from '../transaction/signature.ts';
import { keccak256 } from './keccak.ts';
import { REQUEST, RESULT } from './recoveryLayout.ts';

export type SenderRecoveryOptions = {
  /** Threads; default one less than there are processors, 4 at most. 0: everything is done here. */
  threads?: number;
};

type Waiting = { signed: SignedDigest; resolve: (sender: Address) => void; reject: (error: unknown) => void };
/** Recovered together. `thread` is where; undefined once `senders` are known. */
type Batch = { items: Waiting[]; senders: (Address | Error)[] | undefined; thread: Thread | undefined };
type Thread = { worker: Worker; ready: boolean; load: number };

/** Fewer than these are recovered here: handing them over would take as long. */
const MIN_BATCH = 8;
/** Handed over at once, so that several threads have something to do. */
const MAX_BATCH = 64;

/**
 * Recovers senders, many at a time on threads of their own; promises settle in the order of the calls. Threads start with
 * the first crowd and never keep the process alive.
 */
export class SenderRecovery {
  readonly #count: number;
  #threads: Thread[] = [];
  #waiting: Waiting[] = [];
  /** In the order in which they settle. */
  readonly #batches: Batch[] = [];
  readonly #byId = new Map<number, Batch>();
  #next = 0;
  #stopped = false;

  constructor({ threads }: SenderRecoveryOptions = {}) {
    this.#count = threads ?? Math.max(1, Math.min(4, availableParallelism() - 1));
  }

  /** @throws InvalidTransactionError MALFORMED when nobody made the signature */
  recover(signed: SignedDigest): Promise<Address> {
    return new Promise((resolve, reject) => {
      // What comes in the same turn of the event loop goes together.
      if (this.#waiting.push({ signed, resolve, reject }) === 1) setImmediate(() => this.#flush());
    });
  }

  /** Ends the threads; what waits, and what comes later, is recovered here. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #flush(): void {
    const items = this.#waiting;
    this.#waiting = [];
    if (items.length >= MIN_BATCH) this.#startThreads();
    for (let first = 0; first < items.length; first += MAX_BATCH) {
      const part = items.slice(first, first + MAX_BATCH);
      const batch: Batch = { items: part, senders: undefined, thread: undefined };
      this.#batches.push(batch);
      const thread = part.length < MIN_BATCH ? undefined : this.#freest();
      if (thread === undefined) this.#recoverHere(batch);
      else this.#handOver(batch, thread);
    }
    this.#settle();
  }

  #freest(): Thread | undefined {
    let best: Thread | undefined;
    for (const thread of this.#threads) {
      if (thread.ready && (best === undefined || thread.load < best.load)) best = thread;
    }
    return best;
  }

  #recoverHere(batch: Batch): void {
    batch.thread = undefined;
    batch.senders = batch.items.map(({ signed }) => {
      try {
        return recoverSender(signed);
      } catch (error) {
        return error as Error;
      }
    });
  }

  #handOver(batch: Batch, thread: Thread): void {
    const requests = new Uint8Array(batch.items.length * REQUEST);
    for (const [i, { signed }] of batch.items.entries()) {
      requests.set(signed.digest, i * REQUEST);
      requests.set(signed.signature, i * REQUEST + 32);
      requests[i * REQUEST + 96] = signed.yParity;
    }
    const id = this.#next++;
    this.#byId.set(id, batch);
    batch.thread = thread;
    thread.load += batch.items.length;
    thread.worker.postMessage({ id, requests }, [requests.buffer]);
  }

  #take(thread: Thread, id: number, results: Uint8Array): void {
    const batch = this.#byId.get(id);
    this.#byId.delete(id);
    if (batch === undefined) return;
    thread.load -= batch.items.length;
    batch.thread = undefined;
    batch.senders = batch.items.map((_, i) => {
      const key = results.subarray(i * RESULT + 1, (i + 1) * RESULT);
      return results[i * RESULT] === 4 ? bytesToHex(keccak256(key).subarray(12)) : invalidSender();
    });
    this.#settle();
  }

  #settle(): void {
    while (this.#batches[0]?.senders !== undefined) {
      const { items, senders } = this.#batches.shift()!;
      for (const [i, { resolve, reject }] of items.entries()) {
        const sender = senders![i]!;
        if (typeof sender === 'string') resolve(sender);
        else reject(sender);
      }
    }
  }

  #startThreads(): void {
    while (!this.#stopped && this.#threads.length < this.#count) {
      const worker = new Worker(new URL('./recoverWorker.ts', import.meta.url));
      const thread: Thread = { worker, ready: false, load: 0 };
      worker.unref();
      worker.on('online', () => {
        thread.ready = true;
      });
      worker.on('message', ({ id, results }: { id: number; results: Uint8Array }) => this.#take(thread, id, results));
      // What follows is its end; without a listener it would be the process's.
      worker.on('error', () => {});
      worker.on('exit', () => this.#lose(thread));
      this.#threads.push(thread);
    }
  }

  /** A thread ended: what it was given is recovered here. */
  #lose(thread: Thread): void {
    this.#threads = this.#threads.filter((other) => other !== thread);
    for (const [id, batch] of this.#byId) {
      if (batch.thread !== thread) continue;
      this.#byId.delete(id);
      this.#recoverHere(batch);
    }
    this.#settle();
  }
}
