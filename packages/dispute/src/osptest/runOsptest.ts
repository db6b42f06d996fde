import type { Precompiles } from '@tephra/engine';
import type { StateTestCase } from '@tephra/engine/statetest';
import { type Digest, hashWords, sameBytes } from '../commit/hash.ts';
import type { Env, Fork } from '../machine/env.ts';
import { MemoryBoundError } from '../machine/ops/op.ts';
import { type State, stateDigest, stateWords, type Word } from '../machine/state.ts';
import { step } from '../machine/step.ts';
import type { StepVerifier } from '../verifier/index.ts';
import { labelOf } from '../witness/labelOf.ts';
import { witnessOf } from '../witness/witness.ts';
import { prepareCase } from './prepareCase.ts';
import type { Random } from './random.ts';

export type OsptestOptions = {
  fork: Fork;
  /** Steps of a case that are brought to the contracts. */
  steps: number;
  /** Steps after which a case is no longer followed: what it came to is then not compared. */
  maxSteps: number;
};

export type OsptestDeps = {
  verifier: StepVerifier;
  random: Random;
  /** With and without the layer's caps. */
  capped: Precompiles;
  uncapped: Precompiles;
};

export type StepResult = {
  label: string;
  /** Gas of a transaction that brings it. */
  gas: bigint;
  /** Why it failed: the contracts refuse the true step, or take a wrong one. */
  problem?: string;
};
export type CaseResult =
  | { name: string; outcome: 'passed' | 'failed'; steps: StepResult[]; reason?: string }
  | {
      name: string;
      outcome: 'left-out';
      reason: 'invalid transaction' | 'over a cap' | 'more memory than a tree holds';
    };

/** Most states that are kept of each kind of step, to choose from. */
const KEPT = 3;

/**
 * Runs a case on the machine and brings steps of each kind to the contracts: they must come to the same state, not come to one in
 * which a field is another, and not be led to another one by a witness in which a bit is.
 */
export async function runOsptestCase(
  test: StateTestCase,
  { fork, steps, maxSteps }: OsptestOptions,
  { verifier, random, capped, uncapped }: OsptestDeps,
): Promise<CaseResult> {
  const { name } = test;
  if (test.expected.exception !== undefined) return { name, outcome: 'left-out', reason: 'invalid transaction' };
  let isOverCap = false;
  const prepared = prepareCase(test, fork, (id, input, gas) => {
    const result = uncapped(id, input, gas);
    if (result !== undefined && capped(id, input, gas) === undefined) isOverCap = true;
    return result;
  });
  const { env } = prepared;
  const samples = new Map<string, State[]>();
  let state: State = prepared.start;
  try {
    for (let n = 0; state.kind !== 'receipt' && n < maxSteps; n++) {
      const after = step(state, env);
      keep(samples, labelOf(state, after, env), state, random);
      state = after;
    }
  } catch (error) {
    if (!(error instanceof MemoryBoundError)) throw error;
    return { name, outcome: 'left-out', reason: 'more memory than a tree holds' };
  }
  if (isOverCap) return { name, outcome: 'left-out', reason: 'over a cap' };
  const mismatch = state.kind === 'receipt' ? prepared.mismatch(state) : undefined;
  if (mismatch !== undefined) return { name, outcome: 'failed', steps: [], reason: mismatch };

  const results: StepResult[] = [];
  for (const [label, before] of chosen(samples, steps)) {
    results.push(await checkStep(label, before, env, verifier, random));
  }
  const problem = results.find((result) => result.problem !== undefined);
  return { name, outcome: problem ? 'failed' : 'passed', steps: results, reason: problem?.problem };
}

/** Keeps a few states of each kind, each as likely as the others, but always the first. */
function keep(samples: Map<string, State[]>, label: string, state: State, random: Random): void {
  const kept = samples.get(label);
  if (kept === undefined) samples.set(label, [state]);
  else if (kept.length < KEPT) kept.push(state);
  else if (random.below(50) === 0) kept[1 + random.below(KEPT - 1)] = state;
}

/** One of each kind, then a second of each, and so on. */
function* chosen(samples: Map<string, State[]>, count: number): Generator<[string, State]> {
  let left = count;
  for (let round = 0; round < KEPT; round++) {
    for (const [label, states] of samples) {
      const state = states[round];
      if (state === undefined) continue;
      if (left-- <= 0) return;
      yield [label, state];
    }
  }
}

async function checkStep(
  label: string,
  before: State,
  env: Env,
  verifier: StepVerifier,
  random: Random,
): Promise<StepResult> {
  const after = step(before, env);
  const pre = stateDigest(before);
  const post = stateDigest(after);
  const witness = witnessOf(before, env);
  const result = await verifier.step(pre, witness, env);
  if (result === undefined) return { label, gas: 0n, problem: `${label}: the contracts refuse the step` };
  const { gas } = result;
  if (!sameBytes(result.post, post)) return { label, gas, problem: `${label}: the contracts come to another state` };
  const words = stateWords(after);
  const field = random.below(words.length);
  if (sameBytes(result.post, withOther(words, field))) {
    return { label, gas, problem: `${label}: the contracts accept another field ${field}` };
  }
  const bytes = witness.bytes.slice();
  const bit = random.below(bytes.length * 8);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  const misled = await verifier.step(pre, { ...witness, bytes }, env);
  if (misled !== undefined && !sameBytes(misled.post, post)) {
    return { label, gas, problem: `${label}: bit ${bit} of the witness leads to another state` };
  }
  return { label, gas };
}

/** Digest of a state in which one field is another. */
function withOther(words: Word[], field: number): Digest {
  return hashWords(
    ...words.map((word, i) => {
      if (i !== field) return word;
      if (!(word instanceof Uint8Array)) return BigInt(word) ^ 1n;
      const other = word.slice();
      other[31]! ^= 1;
      return other;
    }),
  );
}
