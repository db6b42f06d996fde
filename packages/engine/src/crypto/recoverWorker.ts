import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type secp256k1Api from 'secp256k1';
import { REQUEST, RESULT } from './recoveryLayout.ts';

const secp256k1 = createRequire(import.meta.url)('secp256k1/bindings') as typeof secp256k1Api;

/** Runs in a worker thread: recovers the public keys of a batch, see recoveryLayout.ts. */
parentPort?.on('message', ({ id, requests }: { id: number; requests: Uint8Array }) => {
  const count = requests.length / REQUEST;
  const results = new Uint8Array(count * RESULT);
  for (let i = 0; i < count; i++) {
    const request = requests.subarray(i * REQUEST, (i + 1) * REQUEST);
    try {
      const key = secp256k1.ecdsaRecover(request.subarray(32, 96), request[96]!, request.subarray(0, 32), false);
      results.set(key, i * RESULT);
    } catch {
      // Zeros: no key fits.
    }
  }
  parentPort?.postMessage({ id, results }, [results.buffer]);
});
