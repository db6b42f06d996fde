import {
  type BlockInput,
  blockMachine,
  type Family,
  isBoundary,
  type State,
  stateDigest,
  step,
  witnessOf,
} from '@tephra/dispute';
import type { StepVerifier } from '@tephra/dispute/verifier';
import { bytesToHex } from '@tephra/engine';
import type { ProvenLine } from '../../pov/testing.ts';
import { l1FactsOf } from './blockInput.ts';

/** Steps of a claim that were brought to the contracts. */
export type MachineRun = {
  /** The output root that the machine came to; null where it found the claim false. */
  outputRoot: string | null;
  steps: number;
  segments: number;
  /** Steps that the contracts checked, and the most gas of one, by family. */
  checked: Map<Family, { count: number; most: bigint }>;
  /** What was not as it must be. */
  problems: string[];
};

/** A number below `bound`, from a seed. */
export type Below = (bound: number) => number;

/** Numbers that look like chance and are the same every time (mulberry32). */
export function belowFrom(seed: number): Below {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}

/** Families that execute instructions: of most blocks nearly all steps. */
const INSTRUCTIONS: readonly Family[] = ['stack', 'context', 'memory', 'state', 'system', 'frames', 'loads'];

/**
 * Follows the machine through a claim about a block of a line, and brings steps to the contracts: of each family the first, then one in `every` of instructions and one in `everyOther` of what is around them. The
 * contracts must come to the machine's next state, and a witness with a flipped bit to no other one.
 */
export async function runBlock(
  line: ProvenLine,
  input: BlockInput,
  options: { every: number; everyOther: number },
  { verifier, below }: { verifier: StepVerifier; below: Below },
): Promise<MachineRun> {
  const { initial, env } = blockMachine(input);
  const l1 = l1FactsOf(line);
  const run: MachineRun = { outputRoot: null, steps: 0, segments: 0, checked: new Map(), problems: [] };
  let state: State = initial;
  for (; state.kind !== 'done' && state.kind !== 'invalid'; run.steps++) {
    const after = step(state, env);
    if (isBoundary(after)) run.segments++;
    const witness = witnessOf(state, env);
    const seen = run.checked.get(witness.family) ?? { count: 0, most: 0n };
    if (seen.count === 0 || below(INSTRUCTIONS.includes(witness.family) ? options.every : options.everyOther) === 0) {
      const at = `${witness.family} at step ${run.steps}`;
      const pre = stateDigest(state);
      const expected = bytesToHex(stateDigest(after));
      const result = await verifier.step(pre, witness, env, l1);
      if (result === undefined) run.problems.push(`${at} is refused`);
      else if (bytesToHex(result.post) !== expected) run.problems.push(`${at} leads to another state`);
      const bytes = witness.bytes.slice();
      bytes[below(bytes.length)]! ^= 1 << below(8);
      const misled = await verifier.step(pre, { ...witness, bytes }, env, l1);
      if (misled !== undefined && bytesToHex(misled.post) !== expected) run.problems.push(`${at} can be led astray`);
      const gas = result?.gas ?? 0n;
      run.checked.set(witness.family, { count: seen.count + 1, most: gas > seen.most ? gas : seen.most });
    }
    state = after;
  }
  if (state.kind === 'done') run.outputRoot = bytesToHex(state.outputRoot);
  return run;
}
