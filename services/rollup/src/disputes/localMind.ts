import {
  blockMachine,
  type ClaimMachine,
  ClaimTrees,
  chainMachine,
  challengerMove,
  contentInput,
  type Defence,
  defenceOf,
  defenderMove,
  type GameView,
  type Move,
  readingMachine,
  type State,
  stepReport,
} from '@tephra/dispute';
import { bytesToHex, hexToBytes } from '@tephra/engine';
import { contentOfFrames, type Hash, type StepReport } from '@tephra/protocol';
import type { ClaimInput } from './claimInput.ts';

/** Finds what a hash is of: nodes of the state and code. */
export type Preimage = (hash: Uint8Array) => Uint8Array | undefined;

/** What follows from a claim's first state, computed in the thread that asks: long transactions take minutes. */
export class LocalMind {
  readonly trees: ClaimTrees<State>;
  readonly #env: Parameters<typeof stepReport>[2];
  readonly #claim: StepReport['claim'];

  constructor(input: ClaimInput, preimage: Preimage) {
    const machine = machineOf(input, preimage);
    this.trees = new ClaimTrees(chainMachine(machine));
    this.#env = machine.env;
    this.#claim =
      input.kind === 'block'
        ? { kind: 'block', packIndex: input.packIndex, blockIndex: BigInt(input.index) }
        : { kind: 'reading', packIndex: input.pack.index, blockIndex: 0n };
  }

  final(): Hash {
    return bytesToHex(this.trees.final);
  }

  defence(): Defence {
    return defenceOf(this.trees);
  }

  defenderMove(view: GameView): Move | null {
    return defenderMove(view, this.trees);
  }

  challengerMove(view: GameView): Move | null {
    return challengerMove(view, this.trees);
  }

  report({ gameId, place, node }: GameView, transactions: Hash[]): StepReport | null {
    if (place.level === 0 || place.height > 0) return null;
    const input = {
      gameId,
      claim: this.#claim,
      segment: place.segment,
      step: place.position,
      claimedAfter: node,
      transactionHashAt: (index: number) => transactions[index] ?? null,
    };
    return stepReport(input, this.trees, this.#env);
  }
}

/** The machine of a claim. */
export function machineOf(claim: ClaimInput, preimage: Preimage): ClaimMachine {
  if (claim.kind === 'reading') {
    return readingMachine({ pack: claim.pack, frames: claim.frames.map((frame) => hexToBytes(frame)) });
  }
  const content = contentInput(contentOfFrames(claim.frames, claim.range), claim.index);
  return blockMachine({ ...claim.input, content, nodes: [], preimage });
}

/** What may be asked of a claim, in whichever thread. */
export type Question =
  | { ask: 'final' | 'defence' }
  | { ask: 'defenderMove' | 'challengerMove'; view: GameView }
  | { ask: 'report'; view: GameView; transactions: Hash[] };

export function answer(mind: LocalMind, question: Question): unknown {
  switch (question.ask) {
    case 'report':
      return mind.report(question.view, question.transactions);
    case 'defenderMove':
    case 'challengerMove':
      return plain(mind[question.ask](question.view));
    default:
      return mind[question.ask]();
  }
}

/** Code without the functions and trees of the machine's, which no message can hold. */
function plain(move: Move | null): Move | null {
  if (move?.kind !== 'proveStep') return move;
  return { ...move, codes: move.codes.map(({ hash, bytes }) => ({ hash, bytes })) };
}
