import type { GameClocks, GameDetail, GameMove, GameStatus, TreeNode } from '@tephra/api';

/** One round of the walk: the defender opened a node, the challenger chose among what lies below it. */
export type Round = {
  /** The opened node. */
  node: TreeNode;
  nodes: readonly string[];
  /** Place of the chosen one among `nodes`; null while the challenger thinks. */
  picked: number | null;
  /** Moves of the game (from 0) that this round is made of. */
  revealed: number;
  chosen: number | null;
};

/** The walk within one tree. */
export type Walk = { level: number; segment: number | null; rounds: Round[] };

/** A game as it stood after one of its moves. */
export type Standing = {
  walks: Walk[];
  contested: TreeNode;
  clocks: GameClocks | null;
  status: GameStatus;
  /** The executed step, once the L1 did it. */
  proof: Extract<GameMove, { kind: 'prove' }> | null;
};

const HEIGHTS = [16, 27] as const;

/** Leaves of a tree below one of its nodes, as the first and the last of them. */
export function leavesOf({ height, position }: TreeNode): { first: number; last: number } {
  const first = position * 2 ** height;
  return { first, last: first + 2 ** height - 1 };
}

/** The game after move `at` (from 0); after its last one when `at` is beyond. */
export function standingAt(game: Pick<GameDetail, 'moves'>, at: number): Standing {
  const walks: Walk[] = [{ level: 0, segment: null, rounds: [] }];
  const standing: Standing = {
    walks,
    contested: { level: 0, height: HEIGHTS[0], position: 0 },
    clocks: null,
    status: 'open',
    proof: null,
  };
  for (const [index, move] of game.moves.slice(0, at + 1).entries()) {
    standing.clocks = move.clocks;
    const rounds = walks.at(-1)!.rounds;
    if (move.kind === 'reveal') {
      rounds.push({ node: move.node, nodes: move.nodes, picked: null, revealed: index, chosen: null });
    } else if (move.kind === 'pick') {
      standing.contested = move.node;
      const round = rounds.at(-1);
      if (round) Object.assign(round, { picked: childOf(round, move.node), chosen: index });
    } else if (move.kind === 'commit') {
      walks.push({ level: 1, segment: move.segment, rounds: [] });
      standing.contested = { level: 1, height: HEIGHTS[1], position: 0 };
    } else if (move.kind === 'prove') standing.proof = move;
    else if (move.kind === 'end') standing.status = move.status;
  }
  return standing;
}

/** Which of a round's nodes another node is. */
function childOf(round: Pick<Round, 'node' | 'nodes'>, picked: TreeNode): number {
  return picked.position - round.node.position * round.nodes.length;
}

/** Sum of what the L1 burnt for a game; a transaction with several moves counts once. */
export function gasOf(game: Pick<GameDetail, 'moves'>): bigint {
  const byTransaction = new Map(game.moves.map((move) => [move.transactionHash, BigInt(move.gasUsed)]));
  return [...byTransaction.values()].reduce((sum, gas) => sum + gas, 0n);
}
