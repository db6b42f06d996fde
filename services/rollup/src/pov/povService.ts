import { Worker } from 'node:worker_threads';
import { type Service, TephraError } from '@tephra/core';
import type { PovErrorCode, ValidateOptions } from '@tephra/engine/stvf';
import { type ChainRules, type Hash, HISTORY_LENGTH, MAX_POV_BLOCKS, type PovMessage } from '@tephra/protocol';
import type { ChainStore } from '../store/index.ts';
import { MAX_TRANSACTION_GAS } from '../transition/index.ts';
import type { PovInput } from './buildPov.ts';

export type PovServiceErrorCode =
  /** No sealed block after block 0, or more than {@link MAX_POV_BLOCKS}. */
  | 'POV_RANGE'
  /** The node keeps the state, or the L1 messages, of newer blocks only. */
  | 'POV_NOT_KEPT'
  /** Too many proofs are asked for at once. */
  | 'POV_BUSY'
  /** Execution gives something else than the node has stored, or takes too long. */
  | 'POV_FAILED'
  | 'POV_STOPPED';

/** No proof of validity can be given. */
export class PovServiceError extends TephraError<PovServiceErrorCode> {}

export type PovServiceOptions = {
  chainId: bigint;
  rules: ChainRules;
  /** Folder of the chain's database. */
  storePath: string;
  /** Proofs that may wait; default 8. */
  maxWaiting?: number;
  /** Bytes of finished proofs that are kept; default 32 MiB. */
  cacheBytes?: number;
};

export type PovServiceDeps = {
  store: Pick<ChainStore, 'head' | 'recordByNumber' | 'blockByNumber' | 'persisted'>;
  /** Inbox messages from `position` on in L1 blocks after `above` up to `origin`. @throws when they can't be read */
  messages(position: bigint, above: bigint, origin: bigint): Promise<PovMessage[]>;
};

/** What the worker thread gets and gives. */
export type PovWorkerData = { storePath: string };
export type PovJob = {
  id: number;
  input: Omit<PovInput, 'parent'> & { parent: Omit<PovInput['parent'], 'history'> };
  /** Of the blocks up to the parent. */
  hashes: Hash[];
  options: ValidateOptions;
};
export type PovAnswer =
  | { id: number; bytes: Uint8Array }
  | { id: number; failure: { code: PovErrorCode | null; message: string } };

type Waiting = { resolve(bytes: Uint8Array): void; reject(error: Error): void };

const TIMEOUT_MS = 30_000;

/**
 * Makes proofs of validity of sealed blocks for whoever asks, in a thread of its own that starts with the first one: a full
 * block takes about as long to prove as to produce, which the producer's thread can't spare.
 */
export class PovService implements Service {
  readonly #options: PovServiceOptions;
  readonly #deps: PovServiceDeps;
  readonly #cache = new Map<string, Uint8Array>();
  /** Proofs under way, by the same keys. */
  readonly #running = new Map<string, Promise<Uint8Array>>();
  readonly #waiting = new Map<number, Waiting>();
  #cachedBytes = 0;
  #next = 0;
  #worker: Worker | undefined;
  #stopped = false;

  constructor(options: PovServiceOptions, deps: PovServiceDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#worker?.terminate();
    this.#fail(new PovServiceError('POV_STOPPED', 'the node is stopping'));
  }

  /** Wire form of the proof of blocks `first` to `last`. @throws PovServiceError */
  prove(first: bigint, last: bigint): Promise<Uint8Array> {
    const head = this.#deps.store.head()?.number ?? 0n;
    if (first < 1n || last < first || last > head || last - first >= BigInt(MAX_POV_BLOCKS)) {
      const message = `no proof of blocks ${first} to ${last}`;
      return Promise.reject(
        new PovServiceError('POV_RANGE', message, {
          hint: `A proof covers 1 to ${MAX_POV_BLOCKS} sealed blocks after block 0; the newest is ${head}.`,
        }),
      );
    }
    // After a rollback the same numbers are other blocks.
    const key = `${first}:${this.#deps.store.recordByNumber(last)?.header.hash}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const running = this.#running.get(key) ?? this.#prove(key, first, last);
    this.#running.set(key, running);
    return running;
  }

  async #prove(key: string, first: bigint, last: bigint): Promise<Uint8Array> {
    try {
      if (this.#running.size >= (this.#options.maxWaiting ?? 8)) {
        throw new PovServiceError('POV_BUSY', 'too many proofs are being made', {
          hint: 'Ask again in a moment.',
          retryable: true,
        });
      }
      const job = await this.#job(first, last);
      const bytes = await this.#post(job);
      this.#keep(key, bytes);
      return bytes;
    } finally {
      this.#running.delete(key);
    }
  }

  async #job(first: bigint, last: bigint): Promise<Omit<PovJob, 'id'>> {
    const { store } = this.#deps;
    // The thread reads the database, which has a block a little later than this one.
    await store.persisted();
    const { header, output, l1Origin } = this.#record(first - 1n);
    let [origin, position] = [l1Origin.number, output.inboxPosition];
    const blocks: PovInput['blocks'] = [];
    for (let number = first; number <= last; number++) {
      const block = store.blockByNumber(number)!;
      const messages =
        block.l1Origin.number === origin ? [] : await this.#messages(position, origin, block.l1Origin.number);
      [origin, position] = [block.l1Origin.number, block.output.inboxPosition];
      blocks.push({
        header: block.header,
        transactions: block.transactions,
        l1Origin: block.l1Origin,
        output: block.output,
        outputRoot: block.outputRoot,
        messages,
      });
    }
    const hashes: Hash[] = [];
    const oldest = header.number + 1n - BigInt(HISTORY_LENGTH);
    for (let number = oldest > 0n ? oldest : 0n; number <= header.number; number++) {
      hashes.push(this.#record(number).header.hash);
    }
    const { chainId, rules } = this.#options;
    // Only what is one of these: the rules come from a whole genesis configuration.
    const { blockGasLimit, gasless, minBaseFee, dataFeePerByte, hardfork } = rules;
    // A transaction must find its whole gas limit; what was forced in isn't held to the block's.
    const gas = blocks.reduce((sum, block) => sum + block.header.gasUsed, MAX_TRANSACTION_GAS);
    return {
      input: {
        chainId,
        rules: { blockGasLimit, gasless, minBaseFee, dataFeePerByte, hardfork },
        parent: { header, output },
        blocks,
      },
      hashes,
      options: { maxGas: gas, timeoutMs: TIMEOUT_MS },
    };
  }

  #record(number: bigint): NonNullable<ReturnType<ChainStore['recordByNumber']>> {
    return this.#deps.store.recordByNumber(number)!;
  }

  async #messages(position: bigint, above: bigint, origin: bigint): Promise<PovMessage[]> {
    try {
      return await this.#deps.messages(position, above, origin);
    } catch (cause) {
      throw new PovServiceError('POV_NOT_KEPT', `the inbox messages up to L1 block ${origin} can’t be read`, {
        hint: 'Ask for newer blocks, or again when the L1 answers.',
        retryable: true,
        cause,
      });
    }
  }

  #post(job: Omit<PovJob, 'id'>): Promise<Uint8Array> {
    if (this.#stopped) return Promise.reject(new PovServiceError('POV_STOPPED', 'the node is stopping'));
    this.#worker ??= this.#startWorker();
    const worker = this.#worker;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ ...job, id } satisfies PovJob);
    });
  }

  #startWorker(): Worker {
    const workerData: PovWorkerData = { storePath: this.#options.storePath };
    const worker = new Worker(new URL('./povWorker.ts', import.meta.url), { workerData });
    worker.unref();
    worker.on('message', (answer: PovAnswer) => this.#settle(answer));
    const lost = (error: Error): void => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#fail(error);
    };
    worker.on('error', lost);
    worker.on('exit', () => lost(new PovServiceError('POV_FAILED', 'the thread that makes proofs ended')));
    return worker;
  }

  #settle(answer: PovAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('bytes' in answer) {
      waiting?.resolve(answer.bytes);
      return;
    }
    const { code, message } = answer.failure;
    waiting?.reject(
      code === 'MISSING_NODE'
        ? new PovServiceError('POV_NOT_KEPT', 'the state before these blocks is not kept any more', {
            hint: 'Ask for newer blocks, or an archive node.',
          })
        : new PovServiceError('POV_FAILED', message),
    );
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  #keep(key: string, bytes: Uint8Array): void {
    this.#cache.set(key, bytes);
    this.#cachedBytes += bytes.length;
    for (const [oldest, old] of this.#cache) {
      if (this.#cachedBytes <= (this.#options.cacheBytes ?? 2 ** 25)) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= old.length;
    }
  }
}
