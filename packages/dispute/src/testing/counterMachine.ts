import { type Digest, hashWords, readWord, sameBytes } from '../commit/hash.ts';
import { STUTTER, type StateMachine, type StepProof } from '../tree/stateMachine.ts';

/** A machine as small as can be: segments of some steps each, in which a sum goes on. */
export type Counter = {
  /** 0 begins, 1 in a segment, 2 between two, 3 the end. */
  kind: 0 | 1 | 2 | 3;
  /** Segments that were begun. */
  segment: number;
  /** Steps of the segment that were done. */
  done: number;
  sum: bigint;
};

const WORD = (1n << 256n) - 1n;

const wordsOf = ({ kind, segment, done, sum }: Counter): bigint[] => [BigInt(kind), BigInt(segment), BigInt(done), sum];

export const counterDigest = (state: Counter): Digest => hashWords(...wordsOf(state));

/** @param lengths steps of each segment */
export function counterMachine(lengths: readonly number[]): StateMachine<Counter> {
  const step = (state: Counter): Counter => {
    if (state.kind === 3) return state;
    const isNew = state.kind !== 1;
    const segment = isNew ? state.segment + 1 : state.segment;
    const done = isNew ? 1 : state.done + 1;
    const sum = (state.sum * 6_364_136_223_846_793_005n + BigInt(segment * 1_000_003 + done)) & WORD;
    const isOver = done >= lengths[segment - 1]!;
    return { kind: isOver ? (segment === lengths.length ? 3 : 2) : 1, segment, done, sum };
  };
  return {
    initial: { kind: 0, segment: 0, done: 0, sum: 1n },
    step,
    digest: counterDigest,
    isBoundary: ({ kind }) => kind > 1,
    isFinal: ({ kind }) => kind === 3,
    prove: (state, isFirst): StepProof => {
      const witness = new Uint8Array(128);
      wordsOf(state).forEach((word, i) => {
        for (let at = 31, rest = word; at >= 0; at--, rest >>= 8n) witness[32 * i + at] = Number(rest & 0xffn);
      });
      return { family: state.kind === 3 || (state.kind === 2 && !isFirst) ? STUTTER : 0, witness, codes: [] };
    },
  };
}

/** What the L1 does with a step: undefined where it refuses the witness. */
export function checkCounterStep(
  machine: StateMachine<Counter>,
  pre: Digest,
  isFirst: boolean,
  { family, witness }: Pick<StepProof, 'family' | 'witness'>,
): Digest | undefined {
  if (witness.length !== 128) return undefined;
  const [kind, segment, done, sum] = [0, 32, 64, 96].map((at) => readWord(witness, at)) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const state = { kind: Number(kind) as Counter['kind'], segment: Number(segment), done: Number(done), sum };
  if (!sameBytes(counterDigest(state), pre)) return undefined;
  const stays = state.kind === 3 || (state.kind === 2 && !isFirst);
  if (stays !== (family === STUTTER)) return undefined;
  return stays ? pre : counterDigest(machine.step(state));
}
