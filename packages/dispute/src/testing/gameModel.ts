import { hexToBytes } from '@tephra/engine';
import type { Hash } from '@tephra/protocol';
import { type Digest, hashPair, sameBytes } from '../commit/hash.ts';
import { hashOf } from '../players/hex.ts';
import { type Defence, type GameView, LEVELS_A_MOVE, type Move } from '../players/index.ts';
import { heightOf, type Place } from '../tree/claimTrees.ts';

/** Ticks; as the contract has seconds. */
export type Clocks = { rest: number; extension: number; defence: number };

export type CheckStep = (
  pre: Digest,
  isFirst: boolean,
  step: { family: number; witness: Uint8Array },
) => Digest | undefined;

type Side = 'defender' | 'challenger';
type GameStatus = 'open' | 'upheld' | 'refuted' | 'moot';

type Game = {
  defender: string;
  status: GameStatus;
  root: Hash;
  stepsRoot: Hash | null;
  place: Place;
  node: Hash;
  shown: Hash[] | null;
  turn: Side;
  rest: Record<Side, number>;
  deadline: number;
};

/** What the contract answers to a move that it does not take. */
export class Refused extends Error {}

/**
 * One challenge and its games, by the rules of the contract (contracts/src/dispute/ChallengeManager.sol): what players are tested
 * against by the thousand. Time is what the test says.
 */
export class GameModel {
  readonly games: Game[] = [];
  status: 'open' | 'failed' | 'succeeded' = 'open';
  readonly #claim: { initial: Hash; claimed: Hash };
  readonly #clocks: Clocks;
  readonly #checkStep: CheckStep;

  constructor(claim: { initial: Hash; claimed: Hash }, clocks: Clocks, checkStep: CheckStep) {
    this.#claim = claim;
    this.#clocks = clocks;
    this.#checkStep = checkStep;
  }

  defend(defender: string, { root, firstProof, lastProof }: Defence, now: number): void {
    if (this.status !== 'open' || now > this.#clocks.defence) throw new Refused('too late');
    this.#open(root, 0, this.#claim.initial, 0, firstProof);
    this.#open(root, 0, this.#claim.claimed, 2 ** heightOf(0) - 1, lastProof);
    const { rest } = this.#clocks;
    this.games.push({
      defender,
      status: 'open',
      root,
      stepsRoot: null,
      place: { level: 0, segment: 0, height: heightOf(0), position: 0 },
      node: root,
      shown: null,
      turn: 'defender',
      rest: { defender: rest, challenger: rest },
      deadline: now + rest,
    });
  }

  view(id: number): GameView | null {
    const game = this.games[id]!;
    if (game.status !== 'open' || this.status !== 'open') return null;
    const { root, place, node, shown, turn } = game;
    return { gameId: BigInt(id), turn, root, place: { ...place }, node, shown: shown && [...shown] };
  }

  move(id: number, side: Side, move: Move, now: number): void {
    const game = this.games[id]!;
    if (game.status !== 'open' || this.status !== 'open') throw new Refused('over');
    if (now > game.deadline) throw new Refused('too late');
    if (game.turn !== side) throw new Refused('not your turn');
    switch (move.kind) {
      case 'reveal':
        this.#reveal(game, move.nodes, now);
        break;
      case 'pick':
        this.#pick(game, move, now);
        break;
      case 'commitSteps':
        this.#commitSteps(game, move, now);
        break;
      case 'proveStep':
        this.#proveStep(game, move);
        break;
    }
  }

  /** What anybody does when time is over. */
  tick(now: number): void {
    if (this.status !== 'open') return;
    for (const game of this.games) {
      if (game.status === 'open' && now > game.deadline)
        this.#end(game, game.turn === 'defender' ? 'refuted' : 'upheld');
    }
    const isOver = now > this.#clocks.defence && this.games.every(({ status }) => status !== 'open');
    if (this.status === 'open' && isOver) this.status = 'succeeded';
  }

  #reveal(game: Game, nodes: Hash[], now: number): void {
    const down = Math.min(LEVELS_A_MOVE, game.place.height);
    if (down === 0 || game.shown !== null || nodes.length !== 2 ** down) throw new Refused('no such nodes');
    let row = nodes.map((node) => hexToBytes(node) as Digest);
    while (row.length > 1)
      row = Array.from({ length: row.length / 2 }, (_, i) => hashPair(row[2 * i]!, row[2 * i + 1]!));
    if (hashOf(row[0]!) !== game.node) throw new Refused('not what is below');
    game.shown = nodes;
    this.#pass(game, now);
  }

  #pick(game: Game, { child, node }: Extract<Move, { kind: 'pick' }>, now: number): void {
    if (game.shown?.[child] !== node) throw new Refused('no such child');
    const { height, position } = game.place;
    const down = Math.min(LEVELS_A_MOVE, height);
    const place = { ...game.place, height: height - down, position: position * 2 ** down + child };
    if (place.height === 0 && place.position === 0) throw new Refused('the first leaf was shown');
    game.place = place;
    game.node = node;
    game.shown = null;
    this.#pass(game, now);
  }

  #commitSteps(game: Game, move: Extract<Move, { kind: 'commitSteps' }>, now: number): void {
    const { level, height, position } = game.place;
    if (level !== 0 || height !== 0) throw new Refused('not at a segment');
    this.#open(game.root, 0, move.before, position - 1, move.beforeProof);
    this.#open(move.root, 1, move.before, 0, move.firstProof);
    this.#open(move.root, 1, game.node, 2 ** heightOf(1) - 1, move.lastProof);
    game.place = { level: 1, segment: position, height: heightOf(1), position: 0 };
    game.stepsRoot = move.root;
    game.node = move.root;
    // The walk goes on at once: there is nothing to choose yet.
    this.#charge(game, now);
  }

  #proveStep(game: Game, move: Extract<Move, { kind: 'proveStep' }>): void {
    const { level, height, position } = game.place;
    if (level !== 1 || height !== 0) throw new Refused('not at a step');
    this.#open(game.stepsRoot!, 1, move.before, position - 1, move.beforeProof);
    const step = { family: move.family, witness: hexToBytes(move.witness) };
    const post = this.#checkStep(hexToBytes(move.before), position === 1, step);
    if (post === undefined || !sameBytes(post, hexToBytes(game.node))) throw new Refused('another state follows');
    this.#end(game, 'upheld');
  }

  #open(root: Hash, level: 0 | 1, leaf: Hash, position: number, proof: Hash[]): void {
    if (proof.length !== heightOf(level)) throw new Refused('a proof of another height');
    let node: Digest = hexToBytes(leaf);
    let at = position;
    for (const sibling of proof) {
      node = at % 2 === 1 ? hashPair(hexToBytes(sibling), node) : hashPair(node, hexToBytes(sibling));
      at = Math.floor(at / 2);
    }
    if (hashOf(node) !== root) throw new Refused('no such leaf');
  }

  #pass(game: Game, now: number): void {
    this.#charge(game, now);
    game.turn = game.turn === 'defender' ? 'challenger' : 'defender';
    game.deadline = now + Math.max(game.rest[game.turn], this.#clocks.extension);
  }

  /** Takes the time that the side had from its clock. */
  #charge(game: Game, now: number): void {
    const had = Math.max(game.rest[game.turn], this.#clocks.extension);
    game.rest[game.turn] = Math.max(0, game.rest[game.turn] - (now - (game.deadline - had)));
    game.deadline = now + Math.max(game.rest[game.turn], this.#clocks.extension);
  }

  #end(game: Game, status: 'upheld' | 'refuted'): void {
    game.status = status;
    if (status !== 'upheld') return;
    this.status = 'failed';
    for (const other of this.games) if (other.status === 'open') other.status = 'moot';
  }
}
