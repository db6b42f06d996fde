import { parentPort, workerData } from 'node:worker_threads';
import { nodeValidateDeps } from '@tephra/engine';
import { PovError } from '@tephra/engine/stvf';
import { HistoryTree } from '@tephra/protocol';
import { open } from 'lmdb';
import { buildPov } from './buildPov.ts';
import type { PovAnswer, PovJob, PovWorkerData } from './povService.ts';

// Runs in a worker thread: makes proofs of validity, one at a time, from a view of the chain's database that cannot write.

const { storePath } = workerData as PovWorkerData;
const root = open({ path: storePath, noSubdir: false, maxDbs: 16, encoding: 'binary', readOnly: true });
const state = root.openDB<Buffer, Buffer>({ name: 'state', encoding: 'binary', keyEncoding: 'binary' });
const deps = {
  ...nodeValidateDeps(),
  store: { get: (key: Uint8Array) => state.getBinary(Buffer.from(key.buffer, key.byteOffset, key.byteLength)) },
};

parentPort?.on('message', ({ id, input, hashes, options }: PovJob) => {
  // A view of the database as it is now, not as it was when the last proof was made.
  root.resetReadTxn();
  try {
    const history = HistoryTree.fromHashes(hashes, input.parent.header.number);
    const { bytes } = buildPov({ ...input, parent: { ...input.parent, history } }, options, deps);
    parentPort?.postMessage({ id, bytes } satisfies PovAnswer, [bytes.buffer as ArrayBuffer]);
  } catch (error) {
    const code = error instanceof PovError ? error.code : null;
    const message = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ id, failure: { code, message } } satisfies PovAnswer);
  }
});
