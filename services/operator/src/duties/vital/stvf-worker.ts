import { parentPort } from 'node:worker_threads';
import { nodeValidateDeps, PovError, stvfHash, validatePov } from '@tephra/engine/validation';
import type { StvfAnswer, StvfJob } from './stvf.ts';

// Runs in a worker thread: a proof that takes long, or is made to, must not hold up what else the operator signs.

const deps = nodeValidateDeps();
parentPort?.postMessage({ id: 0, program: stvfHash() } satisfies StvfAnswer);
parentPort?.on('message', ({ id, proof, options }: StvfJob) => {
  const started = performance.now();
  try {
    const validated = validatePov(proof, options, deps);
    parentPort?.postMessage({ id, validated, milliseconds: performance.now() - started } satisfies StvfAnswer);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof PovError ? error.code : null;
    parentPort?.postMessage({ id, failure: { code, reason } } satisfies StvfAnswer);
  }
});
