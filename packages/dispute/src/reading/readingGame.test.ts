import { type BlockContent, contentOfFrames, encodeFrames } from '@tephra/protocol';
import { noise } from '@tephra/protocol/testing';
import { bytesToHex, type Hex, hexToBytes, keccak256 } from 'viem';
import { beforeAll, describe, expect, test } from 'vitest';
import { hashWords, sameBytes } from '../commit/hash.ts';
import { Stack } from '../commit/stack.ts';
import type { State } from '../machine/state.ts';
import { nextOp } from '../machine/step.ts';
import { chainMachine } from '../tree/chainMachine.ts';
import { ClaimTrees, heightOf, type Place, type Trees } from '../tree/claimTrees.ts';
import { STUTTER, type StateMachine } from '../tree/stateMachine.ts';
import { StepVerifier } from '../verifier/index.ts';
import { FAMILIES } from '../witness/witness.ts';
import { Reading } from './reading.ts';
import { readingMachine } from './readingMachine.ts';

const KECCAK256 = 0x20;
let verifier: StepVerifier;
beforeAll(async () => {
  verifier = await StepVerifier.create();
});

const block = (number: bigint, transactions: Hex[]): BlockContent => ({
  number,
  timestamp: 5n,
  l1OriginNumber: 6n,
  transactions,
});
const framesOf = (blocks: BlockContent[]) => encodeFrames(blocks, 400).map((frame) => hexToBytes(frame));
const range = { firstBlock: 7n, lastBlock: 8n };
const posted = framesOf([block(7n, ['0x01', bytesToHex(noise(600))]), block(8n, ['0x0203', '0x04'])]);
const input = { pack: { ...range, frames: posted.map((frame) => keccak256(frame)) }, frames: posted };
const claim = readingMachine(input);
const honest = new ClaimTrees(chainMachine(claim));

/** The first leaf that two trees have different below a node of both. */
function firstDifference(a: Trees, b: Trees, { level, segment }: Pick<Place, 'level' | 'segment'>): number {
  let position = 0;
  for (let height = heightOf(level) - 1; height >= 0; height--) {
    const left = { level, segment, height, position: 2 * position };
    position = sameBytes(a.node(left), b.node(left)) ? 2 * position + 1 : 2 * position;
  }
  return position;
}

/** What the contracts say follows upon the state before a leaf, as one side shows it; undefined where they refuse it. */
async function shownBy(side: ClaimTrees<State>, segment: number, position: number): Promise<Uint8Array | undefined> {
  const before = side.node({ level: 1, segment, height: 0, position: position - 1 });
  const { family, witness, codes, frames } = side.prove(segment, position);
  // Of a state that stays, only whether it does is to be seen.
  if (family === STUTTER) return before;
  return (await verifier.step(before, { family: FAMILIES[family]!, bytes: witness, codes, frames }, claim.env))?.post;
}

/** Where a lie stands, and who is believed there. */
async function settle(lying: StateMachine<State>) {
  const other = new ClaimTrees(lying);
  expect(sameBytes(other.final, honest.final)).toBe(false);
  const segment = firstDifference(honest, other, { level: 0, segment: 0 });
  const step = firstDifference(honest, other, { level: 1, segment });
  const leaf: Place = { level: 1, segment, height: 0, position: step };
  const [truth, lie] = [await shownBy(honest, segment, step), await shownBy(other, segment, step)];
  expect(truth && sameBytes(truth, honest.node(leaf))).toBe(true);
  return { segment, step, isBelieved: lie !== undefined && sameBytes(lie, other.node(leaf)), shown: lie };
}

/** Right but for what follows upon the states that `lie` changes. */
const lyingWhere = (lie: (before: State, after: State) => State): StateMachine<State> => {
  const machine = chainMachine(claim);
  return { ...machine, step: (state) => lie(state, machine.step(state)) };
};

/** The machine of a proposer who reads other frames in place of those that the pack names. */
function readingOthers(frames: Uint8Array[]): StateMachine<State> {
  const { initial, env } = claim;
  const source = { ...initial.fields.source, frames };
  return chainMachine({ initial: new Reading({ ...initial.fields, source }), env });
}

describe('a claim about what frames hold', () => {
  test('falls where it is about other frames than were posted', async () => {
    const claimed = framesOf([block(7n, ['0x01', bytesToHex(noise(600))]), block(8n, ['0x0203', '0x05'])]);
    expect(claimed.length).toBe(posted.length);
    const lying = readingOthers(claimed);
    const { contentRoot } = contentOfFrames(
      claimed.map((frame) => bytesToHex(frame)),
      range,
    );
    expect(sameBytes(new ClaimTrees(lying).final, hashWords(11, hexToBytes(contentRoot)))).toBe(true);
    const { segment, step, isBelieved, shown } = await settle(lying);
    // At the first step of the frame that is another: the L1 was never shown a frame of that hash with those bytes.
    expect({ segment, step, isBelieved }).toEqual({ segment: posted.length, step: 1, isBelieved: false });
    expect(shown).toBeUndefined();
  });

  test('falls wherever a state is another', async () => {
    const lies: Record<string, (before: State, after: State) => State> = {
      'a hash that is another': (before, after) => {
        if (before.kind !== 'run' || after.kind !== 'run' || before.pending !== null) return after;
        if (nextOp(before, claim.env).opcode !== KECCAK256) return after;
        const { word, below } = after.frame.stack!;
        return { ...after, frame: { ...after.frame, stack: new Stack(word ^ 1n, below) } };
      },
      'a run that fails': (before, after) =>
        before.kind === 'run' && after.kind === 'end' ? { ...after, succeeded: false } : after,
      'a transaction more': (before, after) =>
        before.kind === 'receipt' && after.kind === 'appending' ? { ...after, txCount: after.txCount + 1 } : after,
      'a digest that is another': (before, after) =>
        before.kind === 'appending' && after.kind === 'appending' && after.done > before.done
          ? { ...after, txs: after.blocks, blocks: after.txs }
          : after,
      'a block that does not go on': (_, after) =>
        after instanceof Reading && after.fields.open !== null ? after.with({ open: null }) : after,
      'the root': (_, after) => (after.kind === 'read' ? { kind: 'read', contentRoot: hashWords(1) } : after),
      'frames that nobody can read': (before, after) => (before.kind === 'receipt' ? { kind: 'invalid' } : after),
    };
    for (const [name, lie] of Object.entries(lies)) {
      expect((await settle(lyingWhere(lie))).isBelieved, name).toBe(false);
    }
  });
});
