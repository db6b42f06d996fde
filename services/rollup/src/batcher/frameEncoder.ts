import { Worker } from 'node:worker_threads';
import type { BlockContent } from '@tephra/protocol';
import type { EncodedBlocks } from './buildPack.ts';
import { BatcherError } from './errors.ts';

type Waiting = { resolve: (encoded: EncodedBlocks) => void; reject: (error: Error) => void };

/**
 * Encodes batches in a thread of its own, because compressing a full pack takes longer than a block may. The thread
 * starts with the first batch; one that dies is replaced by the next call.
 */
export class FrameEncoder {
  #worker: Worker | undefined;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();
  #closed = false;

  encode(blocks: BlockContent[]): Promise<EncodedBlocks> {
    if (this.#closed) return Promise.reject(new BatcherError('ENCODER_STOPPED', 'the batch encoder was stopped'));
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, blocks });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
    this.#fail(new BatcherError('ENCODER_STOPPED', 'the batch encoder was stopped'));
  }

  #start(): Worker {
    const worker = new Worker(new URL('./encodeWorker.ts', import.meta.url));
    worker.unref();
    worker.on('message', (answer: { id: number; encoded?: EncodedBlocks; error?: string }) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (answer.encoded) waiting?.resolve(answer.encoded);
      else waiting?.reject(new Error(answer.error));
    });
    const lost = (error: Error) => {
      this.#worker = undefined;
      this.#fail(error);
    };
    worker.on('error', lost);
    worker.on('exit', () => lost(new BatcherError('ENCODER_STOPPED', 'the batch encoder’s thread ended')));
    return worker;
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
