import { z } from 'zod';
import { addressAnswer, decimalString, hashAnswer, nextCursor } from '../fields.ts';
import { l1Place } from './packs.ts';

/** block: one block of a pack leads to another output root. reading: the pack's frames hold other blocks. */
export const CLAIM_KINDS = ['block', 'reading'] as const;
export type ClaimKind = (typeof CLAIM_KINDS)[number];

/** succeeded: no defence held, the pack fell. failed: a defence held. */
export const CHALLENGE_STATUSES = ['open', 'failed', 'succeeded'] as const;
export type ChallengeStatus = (typeof CHALLENGE_STATUSES)[number];

/** upheld: the defender won. refuted: the challenger won. moot: decided elsewhere, bonds went back. */
export const GAME_STATUSES = ['open', 'upheld', 'refuted', 'moot'] as const;
export type GameStatus = (typeof GAME_STATUSES)[number];

export const TURNS = ['defender', 'challenger'] as const;
export type Turn = (typeof TURNS)[number];

/**
 * A node of one of the two trees of a game. Level 0: states between the segments of the claim, 2^16 of them; level 1: states
 * between the steps of one segment, 2^27. `height` 0 is a leaf; `position` counts the nodes of a height from the left.
 */
const treeNode = z.object({ level: z.number(), height: z.number(), position: z.number() });
export type TreeNode = z.infer<typeof treeNode>;

/** Chess clocks after a move, seconds that each side has left when its turn comes; the running one ends at `deadline`. */
const clocks = z.object({
  turn: z.enum(TURNS),
  /** L1 time, seconds. */
  deadline: z.number(),
  defenderSeconds: z.number(),
  challengerSeconds: z.number(),
});
export type GameClocks = z.infer<typeof clocks>;

/** What the L1 keeps of every move. */
const moved = l1Place.extend({
  /** Who sent it, and what it burnt. */
  from: addressAnswer,
  gasUsed: decimalString,
  /** Null once nobody has to move any more. */
  clocks: clocks.nullable(),
});

export const gameMove = z.discriminatedUnion('kind', [
  /** The defender commits to the states between the segments. */
  moved.extend({ kind: z.literal('defend'), root: hashAnswer }),
  /** The defender opens the contested node: these are its descendants, `height - log2(nodes.length)` high. */
  moved.extend({ kind: z.literal('reveal'), node: treeNode, nodes: z.array(hashAnswer) }),
  /** The challenger names the first of them that it disagrees with. */
  moved.extend({ kind: z.literal('pick'), node: treeNode, hash: hashAnswer }),
  /** The defender commits to the states between the steps of the contested segment. */
  moved.extend({
    kind: z.literal('commit'),
    segment: z.number(),
    before: hashAnswer,
    claimed: hashAnswer,
    root: hashAnswer,
  }),
  /** The L1 executed the contested step itself. */
  moved.extend({
    kind: z.literal('prove'),
    segment: z.number(),
    step: z.number(),
    before: hashAnswer,
    post: hashAnswer,
    /** Number of the step contract; 255 = the state stands still. */
    family: z.number(),
  }),
  moved.extend({ kind: z.literal('end'), status: z.enum(GAME_STATUSES), byTimeout: z.boolean() }),
]);
export type GameMove = z.infer<typeof gameMove>;

/** One defence of a challenged claim; several run beside each other. */
export const gameAnswer = z.object({
  id: decimalString,
  defender: addressAnswer,
  /** Root of its states between segments. */
  root: hashAnswer,
  status: z.enum(GAME_STATUSES),
  /** The side whose clock ran out lost; null while it is open. */
  byTimeout: z.boolean().nullable(),
  /** Null once it is over. */
  clocks: clocks.nullable(),
  /** What is contested now, or was at last. */
  contested: treeNode,
  /** Segment that level 1 is about; null while the game is on level 0. */
  segment: z.number().nullable(),
  moves: z.number(),
});
export type GameAnswer = z.infer<typeof gameAnswer>;

export const challengeAnswer = z.object({
  id: decimalString,
  packIndex: z.number(),
  kind: z.enum(CLAIM_KINDS),
  /** Place of the block in the pack, and its number; null for a reading. */
  blockIndex: z.number().nullable(),
  blockNumber: z.number().nullable(),
  /** Digests of the states that the claim begins and ends with. */
  initial: hashAnswer,
  claimed: hashAnswer,
  challenger: addressAnswer,
  status: z.enum(CHALLENGE_STATUSES),
  opened: l1Place,
  /** L1 time until which defences may enter, seconds. */
  defenceEnd: z.number(),
  resolved: l1Place.nullable(),
  /** The succinct proof that showed the claim in place of a game; `keyHash` names the verifying key. */
  proven: l1Place.extend({ keyHash: hashAnswer, prover: addressAnswer }).nullable(),
  /** The challenge by which the pack fell, this one or another; null while it stands. */
  packVoidedBy: decimalString.nullable(),
  games: z.array(gameAnswer),
});
export type ChallengeAnswer = z.infer<typeof challengeAnswer>;

const disputesNow = {
  /** The contract that plays the games; null when the chain has none, so that nothing can be disputed. */
  challengeManager: addressAnswer.nullable(),
  /** Time of the newest L1 block, seconds. */
  l1Timestamp: z.number(),
  /** Wei that each challenge and each defence puts up. */
  challengeBondWei: decimalString,
  defenceBondWei: decimalString,
};

/** Newest first. */
export const disputeList = z.object({ ...disputesNow, items: z.array(challengeAnswer), nextCursor });
export type DisputeList = z.infer<typeof disputeList>;

export const disputeDetail = challengeAnswer.extend({
  ...disputesNow,
  /** Gas of opening it and of resolving it. */
  openedGas: decimalString,
  resolvedGas: decimalString.nullable(),
  games: z.array(gameAnswer.extend({ moves: z.array(gameMove) })),
});
export type DisputeDetail = z.infer<typeof disputeDetail>;
export type GameDetail = DisputeDetail['games'][number];
