import { OPCODES, type Precompiles } from '@tephra/engine';
import type { StateTestCase } from '@tephra/engine/statetest';
import { type Digest, hashWords, sameBytes } from '../commit/hash.ts';
import type { ChainEnv, Env, Fork } from '../machine/env.ts';
import { MemoryBoundError } from '../machine/ops/op.ts';
import { type State, stateDigest, stateWords, type Word } from '../machine/state.ts';
import { nextOp, step } from '../machine/step.ts';
import type { StepVerifier } from '../verifier/index.ts';
import { labelOf } from '../witness/labelOf.ts';
import { type StepWitness, witnessOf } from '../witness/witness.ts';
import { type Exception, exceptionOf } from './exceptions.ts';
import { fieldsOf } from './fields.ts';
import { prepareCase } from './prepareCase.ts';
import type { Random } from './random.ts';

export type OsptestOptions = {
  fork: Fork;
  /** Steps of a case that are brought to the contracts. */
  steps: number;
  /** Steps after which a case is no longer followed: what it came to is then not compared. */
  maxSteps: number;
};

/** A step as it was brought to the contracts, and what they came to; undefined where they refused it. */
export type VerifiedStep = { pre: Digest; witness: StepWitness; chain: ChainEnv; post: Digest | undefined };

export type OsptestDeps = {
  verifier: StepVerifier;
  random: Random;
  /** With and without the layer's caps. */
  capped: Precompiles;
  uncapped: Precompiles;
  /** How often steps of each kind were brought so far: those of rare kinds come first. */
  brought: Map<string, number>;
  /** Told of every step that is brought to the contracts, the wrong ones included. */
  observe?: (step: VerifiedStep) => void;
};

export type StepResult = {
  label: string;
  /** Name of the instruction that is carried out. */
  opcode?: string;
  exception?: Exception;
  /** Gas of a transaction that brings it. */
  gas: bigint;
  /** Whether the true step was accepted. */
  isAccepted: boolean;
  /** Word of the state that was another one, and was refused. */
  rejected?: string;
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

/** Two states, the second the first's next. */
type Sample = { before: State; after: State };

/** Most states that are kept of each kind of step, to choose from. */
const KEPT = 3;

const OPCODE_NAMES = new Map([...OPCODES].map(([name, opcode]) => [opcode, name]));

/**
 * Runs a case on the machine, its journal into the state's tries, and brings steps of each kind to the contracts: they must come
 * to the same state, refuse one in which a word is another, and not be led to another state by a witness in which a bit is.
 */
export async function runOsptestCase(
  test: StateTestCase,
  { fork, steps, maxSteps }: OsptestOptions,
  deps: OsptestDeps,
): Promise<CaseResult> {
  const { random, capped, uncapped } = deps;
  const { name } = test;
  if (test.expected.exception !== undefined) return { name, outcome: 'left-out', reason: 'invalid transaction' };
  let isOverCap = false;
  const prepared = prepareCase(test, fork, (id, input, gas) => {
    const result = uncapped(id, input, gas);
    if (result !== undefined && capped(id, input, gas) === undefined) isOverCap = true;
    return result;
  });
  const { env } = prepared;
  const samples = new Map<string, Sample[]>();
  let state: State = prepared.start;
  let mismatch: string | undefined;
  try {
    for (let n = 0; state.kind !== 'seal' && n < maxSteps; n++) {
      if (state.kind === 'receipt') {
        mismatch = prepared.otherLogs(state) ?? tooManySteps(n, prepared.start.tx.fields.gasLimit);
        state = prepared.endAfter(state);
      }
      const after = step(state, env);
      keep(samples, kindOf(state, after, env), { before: state, after }, random);
      state = after;
    }
  } catch (error) {
    if (!(error instanceof MemoryBoundError)) throw error;
    return { name, outcome: 'left-out', reason: 'more memory than a tree holds' };
  }
  if (isOverCap) return { name, outcome: 'left-out', reason: 'over a cap' };
  if (state.kind === 'seal') mismatch ??= prepared.otherRoot(state.root);
  if (mismatch !== undefined) return { name, outcome: 'failed', steps: [], reason: mismatch };

  const results: StepResult[] = [];
  for (const sample of chosen(samples, steps, deps.brought)) results.push(await checkStep(sample, env, deps));
  const problem = results.find((result) => result.problem !== undefined);
  return { name, outcome: problem ? 'failed' : 'passed', steps: results, reason: problem?.problem };
}

/** A transaction has no more steps than gas: what the trees of a dispute have room for follows from the gas it may have. */
const tooManySteps = (steps: number, gasLimit: bigint): string | undefined =>
  BigInt(steps) > gasLimit ? `${steps} steps of ${gasLimit} gas` : undefined;

/** What is to be seen of every kind: the label, and what fails. */
const kindOf = (before: State, after: State, env: Env): string =>
  `${labelOf(before, after, env)}: ${exceptionOf(before, after, env) ?? ''}`;

/** Keeps a few steps of each kind, each as likely as the others, but always the first. */
function keep(samples: Map<string, Sample[]>, kind: string, sample: Sample, random: Random): void {
  const kept = samples.get(kind);
  if (kept === undefined) samples.set(kind, [sample]);
  else if (kept.length < KEPT) kept.push(sample);
  else if (random.below(50) === 0) kept[1 + random.below(KEPT - 1)] = sample;
}

/** One of each kind, the rarest so far first, then a second of each, and so on. */
function* chosen(samples: Map<string, Sample[]>, count: number, brought: Map<string, number>): Generator<Sample> {
  const often = (kind: string): number => brought.get(kind) ?? 0;
  const kinds = [...samples].sort(([a], [b]) => often(a) - often(b));
  let left = count;
  for (let round = 0; round < KEPT; round++) {
    for (const [kind, kept] of kinds) {
      const sample = kept[round];
      if (sample === undefined) continue;
      if (left-- <= 0) return;
      brought.set(kind, often(kind) + 1);
      yield sample;
    }
  }
}

async function checkStep({ before, after }: Sample, env: Env, deps: OsptestDeps): Promise<StepResult> {
  const { random, verifier, observe } = deps;
  const label = labelOf(before, after, env);
  const exception = exceptionOf(before, after, env);
  const opcode = label.startsWith('0x') && exception === undefined ? opcodeOf(before, env) : undefined;
  const [pre, post] = [stateDigest(before), stateDigest(after)];
  const bring = async (witness: StepWitness) => {
    const result = await verifier.step(pre, witness, env);
    observe?.({ pre, witness, chain: env, post: result?.post });
    return result;
  };
  const witness = witnessOf(before, env);
  const result = await bring(witness);
  const about = { label, opcode, exception, gas: result?.gas ?? 0n };
  const failed = (isAccepted: boolean, what: string): StepResult => ({
    ...about,
    isAccepted,
    problem: `${label}: the contracts ${what}`,
  });
  if (result === undefined) return failed(false, 'refuse the step');
  if (!sameBytes(result.post, post)) return failed(false, 'come to another state');

  const words = stateWords(after);
  const claimed = random.below(words.length);
  if (sameBytes(result.post, withOther(words, claimed))) return failed(true, `accept another word ${claimed}`);
  const fields = fieldsOf(before);
  const field = random.below(fields.length);
  const unopened = await bring(flipped(witness, 256 * field + random.below(256)));
  if (unopened !== undefined) return failed(true, `take a state with another ${fields[field]}`);
  const bit = random.below(witness.bytes.length * 8);
  const misled = await bring(flipped(witness, bit));
  if (misled !== undefined && !sameBytes(misled.post, post)) return failed(true, `are misled by bit ${bit}`);
  return { ...about, isAccepted: true, rejected: fields[field] };
}

const opcodeOf = (state: State, env: Env): string | undefined =>
  state.kind === 'run' ? OPCODE_NAMES.get(nextOp(state, env).opcode) : undefined;

/** A witness in which one bit is another. */
function flipped(witness: StepWitness, bit: number): StepWitness {
  const bytes = witness.bytes.slice();
  bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
  return { ...witness, bytes };
}

/** Digest of a state in which one word is another. */
function withOther(words: Word[], index: number): Digest {
  return hashWords(
    ...words.map((word, i) => {
      if (i !== index) return word;
      if (!(word instanceof Uint8Array)) return BigInt(word) ^ 1n;
      const other = word.slice();
      other[31]! ^= 1;
      return other;
    }),
  );
}
