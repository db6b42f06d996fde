import type { ChallengeAnswer, DisputeDetail, GameAnswer, GameClocks, GameDetail, GameMove } from '@tephra/api';
import { clocksAfter } from './clocks.ts';
import type { FoldedChallenge, FoldedGame, FoldedMove } from './fold-games.ts';
import type { Posting } from './fold-packs.ts';
import type { L1Facts } from './l1-facts.ts';
import { challengesOf, fellBy } from './pack-view.ts';

type Context = {
  postings: readonly Posting[];
  challenges: readonly FoldedChallenge[];
  facts: L1Facts;
  clockSeconds: bigint;
};

/** A challenge in the API's words, its games without their moves. */
export async function challengeAnswerOf(challenge: FoldedChallenge, context: Context): Promise<ChallengeAnswer> {
  const { facts, postings, challenges } = context;
  const posting = postings.find((each) => challengesOf(each, [challenge]).length > 0);
  const isBlock = challenge.kind === 'block';
  return {
    id: challenge.id.toString(),
    packIndex: Number(challenge.packIndex),
    kind: challenge.kind,
    blockIndex: isBlock ? Number(challenge.blockIndex) : null,
    blockNumber: isBlock && posting ? Number(posting.firstBlock + challenge.blockIndex) : null,
    initial: challenge.initial,
    claimed: challenge.claimed,
    challenger: challenge.challenger,
    status: challenge.status,
    opened: await facts.place(challenge.opened),
    defenceEnd: Number(challenge.defenceEnd),
    resolved: challenge.resolved && (await facts.place(challenge.resolved)),
    proven: challenge.proven && {
      ...(await facts.place(challenge.proven.log)),
      keyHash: challenge.proven.keyHash,
      prover: challenge.proven.prover,
    },
    packVoidedBy: (posting?.reverted && fellBy(posting, challenges)?.id.toString()) ?? null,
    games: await Promise.all(challenge.games.map((game) => gameAnswerOf(game, context))),
  };
}

/** A challenge with every move of its games. */
export async function challengeDetailOf(
  challenge: FoldedChallenge,
  context: Context,
): Promise<
  Pick<DisputeDetail, 'openedGas' | 'resolvedGas'> & Omit<ChallengeAnswer, 'games'> & { games: GameDetail[] }
> {
  const { facts } = context;
  const [answer, opened, resolved, games] = await Promise.all([
    challengeAnswerOf(challenge, context),
    facts.transaction(challenge.opened),
    challenge.resolved && facts.transaction(challenge.resolved),
    Promise.all(
      challenge.games.map(async (game) => ({
        ...(await gameAnswerOf(game, context)),
        moves: await movesOf(game, context),
      })),
    ),
  ]);
  return {
    ...answer,
    openedGas: opened.gasUsed.toString(),
    resolvedGas: resolved === null ? null : resolved.gasUsed.toString(),
    games,
  };
}

async function gameAnswerOf(game: FoldedGame, context: Context): Promise<GameAnswer> {
  const { id, defender, root, status, byTimeout, contested, segment, moves } = game;
  const clocks = (await clocksOf(game, context)).at(-1) ?? null;
  return {
    ...{ id: id.toString(), defender, root, status, byTimeout, contested, segment },
    clocks: status === 'open' ? clocks : null,
    moves: moves.length,
  };
}

async function movesOf(game: FoldedGame, context: Context): Promise<GameMove[]> {
  const clocks = await clocksOf(game, context);
  return Promise.all(
    game.moves.map(async (move, index): Promise<GameMove> => {
      const [place, { from, gasUsed }] = await Promise.all([
        context.facts.place(move.log),
        context.facts.transaction(move.log),
      ]);
      const { log: _log, clock: _clock, ...rest } = move;
      return withNodes({ ...place, from, gasUsed: gasUsed.toString(), clocks: clocks[index] ?? null }, rest);
    }),
  );
}

type Said = FoldedMove extends infer M ? (M extends FoldedMove ? Omit<M, 'log' | 'clock'> : never) : never;

/** The move itself with what its transaction says; lists are copied, since the answer's may be written to. */
function withNodes(
  base: Pick<GameMove, 'at' | 'l1Block' | 'transactionHash' | 'from' | 'gasUsed' | 'clocks'>,
  move: Said,
) {
  return move.kind === 'reveal' ? { ...base, ...move, nodes: [...move.nodes] } : { ...base, ...move };
}

async function clocksOf(game: FoldedGame, { facts, clockSeconds }: Context): Promise<(GameClocks | null)[]> {
  const places = await Promise.all(game.moves.map((move) => facts.place(move.log)));
  return clocksAfter(
    game.moves.map(({ clock }, index) => ({ at: places[index]!.at, clock })),
    Number(clockSeconds),
  );
}
