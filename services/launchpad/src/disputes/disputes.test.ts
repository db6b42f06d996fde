import type { DisputeDetail, PackAnswer } from '@tephra/api';
import type { TransactionSender } from '@tephra/l1';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startContestedLayer } from '../testing/contested-layer.ts';
import { TEST_TERMS } from '../testing/dispute-l1.ts';
import { startTestL1, type TestL1, type TestPlatform } from '../testing/harness.ts';
import type { DisputePlay } from '../testing/play-dispute.ts';
import { type PackPoster, testWord } from '../testing/post-pack.ts';

let l1: TestL1;
let platform: TestPlatform;
let id: string;
let manager: `0x${string}`;
let poster: PackPoster;
let game: DisputePlay;
let challenger: TransactionSender;
let defender: TransactionSender;
let rival: TransactionSender;

beforeAll(async () => {
  l1 = await startTestL1();
  ({ platform, id, manager, poster, game, challenger, defender, rival } = await startContestedLayer(l1, {
    challengePeriod: 400,
  }));
});
afterAll(async () => {
  await platform?.stop();
  await l1?.stop();
});

const packs = async () => (await platform.api.listPacks({ params: { id } })).items;
const dispute = (challengeId: bigint) =>
  platform.api.getDispute({ params: { id, challengeId: challengeId.toString() } });
/** What the L1 said last may be some milliseconds old. */
const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 10_000 });
const kinds = ({ games }: Pick<DisputeDetail, 'games'>) => games.map((each) => each.moves.map(({ kind }) => kind));

it('follows a challenge that fails at a step which the L1 executes, and a rival defence beside it', async () => {
  const { pack } = await poster.post('right', 3);
  const challengeId = await game.challenge(challenger, pack, 1);
  await eventually(async () => (await packs())[0]).toMatchObject({
    status: 'contested',
    waitsFor: 1,
    challenges: [challengeId.toString()],
  });
  expect(await platform.api.listPacks({ params: { id } })).toMatchObject({ firstContested: 1 });

  const first = await game.defend(defender, challengeId);
  const second = await game.defend(rival, challengeId);
  await game.play(second, { defender: rival, challenger }, 1);
  await eventually(async () => kinds(await dispute(challengeId))).toEqual([['defend'], ['defend', 'reveal']]);
  const open = await dispute(challengeId);
  expect(open).toMatchObject({
    ...{ packIndex: 1, kind: 'block', blockIndex: 1, blockNumber: 2, status: 'open', resolved: null },
    ...{ challenger: challenger.address, challengeManager: manager, challengeBondWei: TEST_TERMS.bond.toString() },
  });
  expect(open.games.map((each) => [each.id, each.defender, each.status, each.clocks?.turn])).toEqual([
    [first.toString(), defender.address, 'open', 'defender'],
    [second.toString(), rival.address, 'open', 'challenger'],
  ]);
  // A quarter of the challenge period.
  expect(open.games[0]!.clocks).toMatchObject({ defenderSeconds: 100, challengerSeconds: 100 });

  const played = await game.play(first, { defender, challenger }, 99);
  const proof = await game.prove(defender, first, pack.outputRoots[1]!);
  await eventually(async () => (await dispute(challengeId)).status).toBe('failed');
  const failed = await dispute(challengeId);
  expect(kinds(failed)[0]).toHaveLength(played + 3);
  expect(kinds(failed)[0]!.slice(-3)).toEqual(['pick', 'prove', 'end']);
  const [won, moot] = failed.games;
  expect(won).toMatchObject({ status: 'upheld', byTimeout: false, clocks: null, segment: 65_535 });
  expect(won!.contested).toEqual({ level: 1, height: 0, position: 2 ** 27 - 1 });
  expect(won!.moves.at(-2)).toMatchObject({
    ...{ kind: 'prove', segment: 65_535, step: 2 ** 27 - 1, family: 255, post: failed.claimed, before: failed.claimed },
    ...{ from: defender.address, gasUsed: proof.receipt.gasUsed.toString(), transactionHash: proof.hash },
  });
  expect(moot).toMatchObject({ status: 'moot', clocks: null });
  const opened = won!.moves.find((move) => move.kind === 'reveal');
  expect(opened?.nodes).toHaveLength(8);

  const list = await platform.api.listDisputes({ params: { id } });
  expect(list.items.map((each) => [each.id, each.status, each.games.map((one) => one.status)])).toEqual([
    [challengeId.toString(), 'failed', ['upheld', 'moot']],
  ]);
  await l1.access.travel!(401);
  await eventually(async () => (await packs())[0]?.status).toBe('final');
});

it('follows a pack to its fall: undefended, with a defence that runs out of time, and with those behind it', async () => {
  const lied = await poster.post('wrong', 2);
  await poster.post('behind', 1);
  const other = await game.challenge(rival, lied.pack, 0);
  const challengeId = await game.challenge(challenger, lied.pack, 1);
  const lost = await game.defend(defender, challengeId);
  await game.play(lost, { defender, challenger }, 2);
  await l1.access.travel!(150);
  await game.timeout(challenger, lost);
  const resolved = await game.resolve(challenger, challengeId);
  await game.resolve(rival, other);
  // The slashed proposer has to put up a bond first.
  await expect(poster.post('right again', 2)).rejects.toThrow();
  await poster.bond();
  await poster.post('right again', 2);

  await eventually(async () => (await dispute(challengeId)).status).toBe('succeeded');
  const fell = await dispute(challengeId);
  expect(fell).toMatchObject({ packVoidedBy: fell.id, resolved: { transactionHash: resolved.hash } });
  expect(kinds(fell)).toEqual([['defend', 'reveal', 'pick', 'end']]);
  expect(fell.games[0]).toMatchObject({ status: 'refuted', byTimeout: true });
  expect(await dispute(other)).toMatchObject({ status: 'succeeded', packVoidedBy: fell.id, games: [] });
  const shown = ({ index, status, reverted }: PackAnswer) => [
    index,
    status,
    reverted?.challengeId,
    reverted?.fromIndex,
  ];
  expect((await packs()).map(shown)).toEqual([
    [2, 'open', undefined, undefined],
    [3, 'reverted', fell.id, 2],
    [2, 'reverted', fell.id, 2],
    [1, 'final', undefined, undefined],
  ]);
  const { postings, content } = await platform.api.getPack({ params: { id, index: '2' } });
  expect(postings.map(({ status }) => status)).toEqual(['open', 'reverted']);
  expect(content?.outputRoots[0]).toEqual(testWord('right again root 0'));
  expect(postings[1]!.challenges).toEqual([other.toString(), fell.id]);
  expect(postings[1]!.reverted).toMatchObject({ revertEpoch: 1, transactionHash: resolved.hash });
});
