import { describe, expect, it } from 'vitest';
import { foldGames } from './fold-games.ts';
import type { DisputeEvent } from './l1-events.ts';

const word = (n: number) => `0x${n.toString(16).padStart(64, '0')}` as const;
const address = (digit: string) => `0x${digit.repeat(40)}` as const;
const ROLLUP = address('a');

/** Events of one transaction in one block. */
function inBlock(block: number, ...events: Pick<DisputeEvent, 'eventName' | 'args'>[]): DisputeEvent[] {
  return events.map(
    (event) => ({ ...event, blockNumber: BigInt(block), transactionHash: word(block) }) as DisputeEvent,
  );
}

function opened(id: number, rollup = ROLLUP): Pick<DisputeEvent, 'eventName' | 'args'> {
  return {
    eventName: 'ChallengeOpened',
    args: {
      challengeId: BigInt(id),
      rollup,
      packIndex: 7n,
      kind: 0,
      blockIndex: 2n,
      initial: word(1),
      claimed: word(2),
      challenger: address('c'),
      defenceEnd: 500n,
    },
  };
}

const defended = (gameId: number, challengeId = 1) =>
  ({
    eventName: 'DefenceEntered',
    args: { challengeId: BigInt(challengeId), gameId: BigInt(gameId), defender: address('d'), root: word(3) },
  }) as const;
const clock = (gameId: number, turn: number, deadline: number) =>
  ({ eventName: 'ClockMoved', args: { gameId: BigInt(gameId), turn, deadline: BigInt(deadline) } }) as const;

describe('foldGames', () => {
  it('follows a game from its defence to the step that the L1 executes', () => {
    const nodes = Array.from({ length: 8 }, (_, index) => word(10 + index));
    const [challenge] = foldGames(
      [
        ...inBlock(1, opened(1)),
        ...inBlock(2, defended(5), clock(5, 0, 120)),
        // The clock may be told before the move.
        ...inBlock(3, clock(5, 1, 130), {
          eventName: 'NodesRevealed',
          args: { gameId: 5n, level: 0, height: 16, position: 0n, nodes },
        }),
        ...inBlock(
          4,
          { eventName: 'ChildPicked', args: { gameId: 5n, level: 0, height: 13, position: 3n, node: nodes[3]! } },
          clock(5, 0, 140),
        ),
        ...inBlock(
          5,
          {
            eventName: 'StepsCommitted',
            args: { gameId: 5n, segment: 9n, before: word(4), claimed: word(5), root: word(6) },
          },
          clock(5, 1, 150),
        ),
        ...inBlock(
          6,
          {
            eventName: 'StepProven',
            args: { gameId: 5n, segment: 9n, stepIndex: 33n, before: word(7), post: word(8), family: 3 },
          },
          { eventName: 'GameEnded', args: { gameId: 5n, challengeId: 1n, status: 2, byTimeout: false } },
          { eventName: 'ChallengeResolved', args: { challengeId: 1n, status: 2 } },
        ),
      ],
      ROLLUP,
    );
    expect(challenge).toMatchObject({ status: 'failed', kind: 'block', resolved: { blockNumber: 6n } });
    const [game] = challenge!.games;
    expect(game).toMatchObject({
      status: 'upheld',
      byTimeout: false,
      segment: 9,
      contested: { level: 1, height: 27, position: 0 },
    });
    expect(game!.moves.map(({ kind, clock: after }) => [kind, after && [after.turn, Number(after.deadline)]])).toEqual([
      ['defend', ['defender', 120]],
      ['reveal', ['challenger', 130]],
      ['pick', ['defender', 140]],
      ['commit', ['challenger', 150]],
      ['prove', null],
      ['end', null],
    ]);
    expect(game!.moves[2]).toMatchObject({ node: { level: 0, height: 13, position: 3 }, hash: nodes[3] });
  });

  it('keeps the succinct proof that ended a challenge without a game', () => {
    const [challenge] = foldGames(
      [
        ...inBlock(1, opened(1)),
        ...inBlock(
          2,
          { eventName: 'ClaimProven', args: { challengeId: 1n, keyHash: word(7), prover: address('e') } },
          { eventName: 'ChallengeResolved', args: { challengeId: 1n, status: 2 } },
        ),
      ],
      ROLLUP,
    );
    expect(challenge).toMatchObject({
      status: 'failed',
      proven: { keyHash: word(7), prover: address('e'), log: { blockNumber: 2n } },
    });
  });

  it('keeps rival defences apart, and leaves out other chains', () => {
    const challenges = foldGames(
      [
        ...inBlock(1, opened(1), opened(2, address('b'))),
        ...inBlock(2, defended(5), defended(6), defended(7, 2), clock(6, 0, 200), clock(5, 0, 100)),
        ...inBlock(3, { eventName: 'GameEnded', args: { gameId: 5n, challengeId: 1n, status: 3, byTimeout: true } }),
        ...inBlock(4, clock(7, 1, 300), {
          eventName: 'ChildPicked',
          args: { gameId: 7n, level: 0, height: 13, position: 1n, node: word(9) },
        }),
        ...inBlock(5, { eventName: 'ChallengeResolved', args: { challengeId: 2n, status: 3 } }),
      ],
      ROLLUP,
    );
    expect(challenges.map(({ id, status }) => [id, status])).toEqual([[1n, 'open']]);
    const shown = challenges[0]!.games.map(({ id, status, byTimeout, moves }) => [
      ...[id, status, byTimeout],
      moves.map((move) => move.clock?.deadline),
    ]);
    expect(shown).toEqual([
      [5n, 'refuted', true, [100n, undefined]],
      [6n, 'open', null, [200n]],
    ]);
  });
});
