import {
  blockMachine,
  ClaimTrees,
  chainMachine,
  challengerMove,
  defenderMove,
  FAMILIES,
  type GameView,
  type Move,
  Progress,
  STUTTER,
  type State,
  type StateMachine,
  type Trees,
} from '@tephra/dispute';
import { LIES, type Lie, lyingOutput } from '@tephra/dispute/drill';
import { StepVerifier } from '@tephra/dispute/verifier';
import { bytesToHex, hexToBytes } from '@tephra/engine';
import { outputRoot } from '@tephra/protocol';
import { seededRandom } from '@tephra/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { contractsLine, forcedLine, inboxLine } from '../pov/scenarios.ts';
import type { ProvenLine } from '../pov/testing.ts';
import { blockInputOf, l1FactsOf } from './testing/blockInput.ts';

let verifier: StepVerifier;
beforeAll(async () => {
  verifier = await StepVerifier.create();
});

const ROOT = { level: 0, segment: 0, height: 16, position: 0 } as const;

type Ending = { moves: number; view: GameView; proof: Extract<Move, { kind: 'proveStep' }> };

/** A game without anything around it, down to the step. */
function walk(defender: Trees, choose: (view: GameView) => Extract<Move, { kind: 'pick' }> | null): Ending | null {
  const root = bytesToHex(defender.node(ROOT));
  const view: GameView = { gameId: 1n, turn: 'defender', root, place: { ...ROOT }, node: root, shown: null };
  for (let moves = 1; ; moves++) {
    const move = defenderMove({ ...view, turn: 'defender' }, defender)!;
    if (move.kind === 'proveStep') return { moves, view, proof: move };
    if (move.kind === 'commitSteps') {
      view.place = { level: 1, segment: view.place.position, height: 27, position: 0 };
      view.node = move.root;
      continue;
    }
    if (move.kind !== 'reveal') throw new Error('no move of a defender');
    const pick = choose({ ...view, turn: 'challenger', shown: move.nodes });
    if (pick === null) return null;
    const { height, position } = view.place;
    const down = Math.min(3, height);
    view.place = { ...view.place, height: height - down, position: position * 2 ** down + pick.child };
    view.node = pick.node;
  }
}

/** What the contracts say comes after the state that a defender shows: whether it is what it claimed. */
async function isUpheld(line: ProvenLine, number: number, { view, proof }: Ending): Promise<boolean> {
  const { env } = blockMachine(blockInputOf(line, number));
  if (proof.family === STUTTER) return proof.before === view.node;
  const codes = proof.codes.map(({ bytes }) => env.keepCode(bytes));
  const witness = { family: FAMILIES[proof.family]!, bytes: hexToBytes(proof.witness), codes };
  const result = await verifier.step(hexToBytes(proof.before), witness, env, l1FactsOf(line));
  return result !== undefined && bytesToHex(result.post) === view.node;
}

const honestOf = (line: ProvenLine, number: number) =>
  new ClaimTrees(chainMachine(blockMachine(blockInputOf(line, number))));

/** Right up to the step that follows the state with digest `at`. */
function lyingAt(honest: StateMachine<State>, at: Uint8Array, twist: (state: State) => State): StateMachine<State> {
  const wanted = bytesToHex(at);
  return {
    ...honest,
    step: (state) => {
      const next = honest.step(state);
      return bytesToHex(honest.digest(state)) === wanted ? twist(next) : next;
    },
  };
}

/** A state in which a bit of one of its numbers is another, as far as its kind has numbers. */
function flipped(state: State, field: number, bit: bigint): State {
  const flip = (value: bigint): bigint => value ^ (1n << bit);
  switch (state.kind) {
    case 'run': {
      const { frame } = state;
      if (field === 0) return { ...state, refund: flip(state.refund) };
      if (field === 1) return { ...state, frame: { ...frame, pc: frame.pc ^ (1 << Number(bit % 5n)) } };
      if (field === 2)
        return { ...state, frame: { ...frame, memoryWords: frame.memoryWords ^ (1 << Number(bit % 4n)) } };
      if (field === 3) return { ...state, frame: { ...frame, isStatic: !frame.isStatic } };
      return { ...state, frame: { ...frame, gas: frame.gas ^ (1n << (bit % 24n)) } };
    }
    case 'start':
      return { ...state, refund: flip(state.refund) };
    case 'end':
    case 'receipt':
      return field < 4
        ? { ...state, succeeded: !state.succeeded }
        : { ...state, gasUsed: state.gasUsed ^ (1n << (bit % 24n)) };
    case 'between': {
      const { fields } = state.progress;
      const progress = new Progress({ ...fields, cumulativeGas: fields.cumulativeGas ^ (1n << (bit % 24n)) });
      return { ...state, progress };
    }
    case 'done':
      return { ...state, outputRoot: state.outputRoot.map((byte, i) => (i === field ? byte ^ 1 : byte)) };
    default:
      return state;
  }
}

describe('games about blocks of a chain', { timeout: 200_000 }, () => {
  it('are lost by every kind of liar, at the step where it lies', async () => {
    const [contracts, inbox, forced] = [await contractsLine(), await inboxLine(), await forcedLine()];
    const told = new Map<Lie, number>();
    for (const line of [contracts, inbox, forced]) {
      for (const lie of LIES) {
        for (let number = 1; number <= line.count && !told.has(lie); number++) {
          const lying = lyingOutput(blockMachine(blockInputOf(line, number)), lie);
          if (lying === null) continue;
          expect(outputRoot(lying.output)).not.toBe(line.blocks(number, number)[0]!.outputRoot);
          const honest = honestOf(line, number);
          const ending = walk(lying.trees, (view) => challengerMove(view, honest) as Extract<Move, { kind: 'pick' }>)!;
          expect(await isUpheld(line, number, ending), lie).toBe(false);
          told.set(lie, ending.moves);
        }
      }
    }
    expect([...told.keys()].sort()).toEqual([...LIES].sort());
  });

  it('are lost by a hundred liars who flip one bit of one state', async () => {
    const random = seededRandom(5);
    const below = (limit: number) => Math.floor(random() * limit);
    const lines = [await contractsLine(), await inboxLine(), await forcedLine()];
    const kinds = new Map<string, number>();
    let lies = 0;
    while (lies < 100) {
      const line = lines[below(lines.length)]!;
      const number = 1 + below(line.count);
      const claim = blockMachine(blockInputOf(line, number));
      const honest = new ClaimTrees(chainMachine(claim));
      const segment = 1 + below(honest.segments.states.length - 1);
      const at = honest.steps(segment).digest(below(honest.segments.lengthOf(segment)));
      const bit = BigInt(below(64));
      const field = below(8);
      const lying = new ClaimTrees(lyingAt(chainMachine(claim), at, (state) => flipped(state, field, bit)));
      // A bit that nothing depends on makes no false claim.
      if (bytesToHex(lying.final) === bytesToHex(honest.final)) continue;
      lies++;
      const ending = walk(lying, (view) => challengerMove(view, honest) as Extract<Move, { kind: 'pick' }>)!;
      expect(await isUpheld(line, number, ending), `lie ${lies}`).toBe(false);
      const family = ending.proof.family === STUTTER ? 'stutter' : FAMILIES[ending.proof.family]!;
      kinds.set(family, (kinds.get(family) ?? 0) + 1);
    }
    expect(kinds.size).toBeGreaterThan(5);
  });

  it('are won by a defender who is right, whatever the challenger points to', async () => {
    const line = await contractsLine();
    const honest = honestOf(line, 2);
    const random = seededRandom(11);
    for (let game = 0; game < 12; game++) {
      // Not always far behind the end, where states stay.
      const depth = Math.floor(random() * 4);
      let picks = 0;
      const ending = walk(honest, ({ shown, place }) => {
        const isLast = place.height <= 3;
        const child = picks++ < 4 + depth && place.level === 0 ? 0 : Math.floor(random() * shown!.length);
        const chosen = isLast && place.position === 0 && child === 0 ? 1 : child;
        return { kind: 'pick', child: chosen, node: shown![chosen]! };
      })!;
      expect(await isUpheld(line, 2, ending), `game ${game}`).toBe(true);
    }
  });
});
