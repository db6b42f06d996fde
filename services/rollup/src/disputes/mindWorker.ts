import { parentPort, workerData } from 'node:worker_threads';
import { codeKey } from '@tephra/engine';
import { open } from 'lmdb';
import type { MindAnswer, MindJob, MindWorkerData } from './claimMinds.ts';
import { answer, LocalMind } from './localMind.ts';

// Runs in a worker thread: computes what follows from claims, from a view of the chain's database that cannot write.

const { storePath } = workerData as MindWorkerData;
const root = open({ path: storePath, noSubdir: false, maxDbs: 16, encoding: 'binary', readOnly: true });
const state = root.openDB<Buffer, Buffer>({ name: 'state', encoding: 'binary', keyEncoding: 'binary' });
const read = (key: Uint8Array) => state.getBinary(Buffer.from(key.buffer, key.byteOffset, key.byteLength));
const preimage = (hash: Uint8Array) => read(hash) ?? read(codeKey(hash));

/** Newest last; each holds a state for every few thousand steps of its claim. */
const minds = new Map<string, LocalMind>();
const KEPT = 4;

parentPort?.on('message', ({ id, key, input, question }: MindJob) => {
  root.resetReadTxn();
  try {
    const mind = minds.get(key) ?? new LocalMind(input, preimage);
    minds.delete(key);
    minds.set(key, mind);
    if (minds.size > KEPT) minds.delete(minds.keys().next().value!);
    parentPort?.postMessage({ id, value: answer(mind, question) } satisfies MindAnswer);
  } catch (error) {
    parentPort?.postMessage({
      id,
      failure: error instanceof Error ? error.message : String(error),
    } satisfies MindAnswer);
  }
});
