import type { ClaimKind, GameStatus, TreeNode, Turn } from '@tephra/api';
import { CLAIM_KINDS, GAME_STATUSES, TURNS } from '@tephra/api';
import type { Address, Hash } from '@tephra/protocol';
import type { DisputeEvent, L1Log } from './l1-events.ts';

/** Heights of the two trees of a game (level 0: segments, level 1: steps of one). */
export const TREE_HEIGHTS = [16, 27] as const;

/** A move as the L1 logged it; what its block and transaction say is added later. */
export type FoldedMove = { log: L1Log; clock: { turn: Turn; deadline: bigint } | null } & (
  | { kind: 'defend'; root: Hash }
  | { kind: 'reveal'; node: TreeNode; nodes: readonly Hash[] }
  | { kind: 'pick'; node: TreeNode; hash: Hash }
  | { kind: 'commit'; segment: number; before: Hash; claimed: Hash; root: Hash }
  | { kind: 'prove'; segment: number; step: number; before: Hash; post: Hash; family: number }
  | { kind: 'end'; status: GameStatus; byTimeout: boolean }
);

export type FoldedGame = {
  id: bigint;
  defender: Address;
  root: Hash;
  status: GameStatus;
  byTimeout: boolean | null;
  contested: TreeNode;
  segment: number | null;
  moves: FoldedMove[];
  /** A clock that was told before the move that set it. */
  waitingClock: { log: L1Log; clock: NonNullable<FoldedMove['clock']> } | null;
};

export type FoldedChallenge = {
  id: bigint;
  packIndex: bigint;
  kind: ClaimKind;
  blockIndex: bigint;
  initial: Hash;
  claimed: Hash;
  challenger: Address;
  status: 'open' | 'failed' | 'succeeded';
  opened: L1Log;
  defenceEnd: bigint;
  resolved: L1Log | null;
  /** The succinct proof that showed the claim in place of a game. */
  proven: { log: L1Log; keyHash: Hash; prover: Address } | null;
  games: FoldedGame[];
};

/** Every challenge of one rollup with its games, in the order of their opening; events of other rollups are passed over. */
export function foldGames(events: readonly DisputeEvent[], rollup: Address): FoldedChallenge[] {
  const challenges = new Map<bigint, FoldedChallenge>();
  const games = new Map<bigint, FoldedGame>();
  for (const event of events) {
    const { eventName, args, blockNumber, transactionHash } = event;
    const log = { blockNumber, transactionHash };
    if (eventName === 'ChallengeOpened') {
      if (args.rollup.toLowerCase() !== rollup.toLowerCase()) continue;
      const { challengeId: id, packIndex, blockIndex, initial, claimed, challenger, defenceEnd } = args;
      const kind = CLAIM_KINDS[args.kind] ?? 'block';
      const open = { status: 'open' as const, opened: log, resolved: null, proven: null, games: [] };
      challenges.set(id, { id, packIndex, kind, blockIndex, initial, claimed, challenger, defenceEnd, ...open });
      continue;
    }
    if (eventName === 'ClaimProven') {
      const challenge = challenges.get(args.challengeId);
      if (challenge) challenge.proven = { log, keyHash: args.keyHash, prover: args.prover };
      continue;
    }
    if (eventName === 'ChallengeResolved') {
      const challenge = challenges.get(args.challengeId);
      if (!challenge) continue;
      // ChallengeStatus: None, Open, Failed, Succeeded.
      Object.assign(challenge, { status: args.status === 3 ? 'succeeded' : 'failed', resolved: log });
      // Nobody can move in them any more; the contract says so when it gives their bonds back.
      for (const game of challenge.games) if (game.status === 'open') game.status = 'moot';
      continue;
    }
    if (eventName === 'DefenceEntered') {
      const challenge = challenges.get(args.challengeId);
      if (!challenge) continue;
      const game: FoldedGame = {
        id: args.gameId,
        defender: args.defender,
        root: args.root,
        status: 'open',
        byTimeout: null,
        contested: { level: 0, height: TREE_HEIGHTS[0], position: 0 },
        segment: null,
        moves: [{ kind: 'defend', root: args.root, log, clock: null }],
        waitingClock: null,
      };
      games.set(game.id, game);
      challenge.games.push(game);
      continue;
    }
    const game = games.get(args.gameId);
    if (game) applyMove(game, event, log);
  }
  return [...challenges.values()];
}

type MoveEvent = Exclude<
  DisputeEvent,
  { eventName: 'ChallengeOpened' | 'ChallengeResolved' | 'ClaimProven' | 'DefenceEntered' }
>;

function applyMove(game: FoldedGame, event: MoveEvent, log: L1Log): void {
  const add = (move: FoldedMove) => {
    const { waitingClock } = game;
    game.waitingClock = null;
    const own = waitingClock?.log.transactionHash === log.transactionHash ? waitingClock.clock : null;
    game.moves.push({ ...move, clock: own });
  };
  switch (event.eventName) {
    case 'NodesRevealed': {
      const { level, height, position, nodes } = event.args;
      add({ kind: 'reveal', node: { level, height, position: Number(position) }, nodes, log, clock: null });
      return;
    }
    case 'ChildPicked': {
      const { level, height, position, node: hash } = event.args;
      game.contested = { level, height, position: Number(position) };
      add({ kind: 'pick', node: game.contested, hash, log, clock: null });
      return;
    }
    case 'StepsCommitted': {
      const { before, claimed, root } = event.args;
      const segment = Number(event.args.segment);
      game.segment = segment;
      game.contested = { level: 1, height: TREE_HEIGHTS[1], position: 0 };
      add({ kind: 'commit', segment, before, claimed, root, log, clock: null });
      return;
    }
    case 'StepProven': {
      const { segment, stepIndex, before, post, family } = event.args;
      const numbers = { segment: Number(segment), step: Number(stepIndex) };
      add({ kind: 'prove', ...numbers, before, post, family, log, clock: null });
      return;
    }
    case 'GameEnded': {
      const { byTimeout } = event.args;
      // GameStatus: None, Open, Upheld, Refuted, Moot.
      const status = GAME_STATUSES[event.args.status - 1] ?? 'moot';
      Object.assign(game, { status, byTimeout });
      add({ kind: 'end', status, byTimeout, log, clock: null });
      return;
    }
    case 'ClockMoved': {
      const { deadline } = event.args;
      const clock = { turn: TURNS[event.args.turn] ?? 'defender', deadline };
      const newest = game.moves.at(-1);
      if (newest?.log.transactionHash === log.transactionHash) newest.clock = clock;
      else game.waitingClock = { log, clock };
      return;
    }
  }
}
