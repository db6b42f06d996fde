import { z } from 'zod';
import { addressAnswer, decimalString, hashAnswer, nextCursor } from '../fields.ts';

/**
 * open: its window runs. contested: it, or an earlier pack on which it builds, is disputed. final: its window is over and
 * nothing before it is disputed. reverted: the L1 voided it; its index may have been taken by another one since.
 */
export const PACK_STATUSES = ['open', 'contested', 'final', 'reverted'] as const;
export type PackStatus = (typeof PACK_STATUSES)[number];

/** L1 time in seconds; the L1's clock may run ahead of the wall's. */
const l1Time = z.number();

/** Where something happened on the L1. */
export const l1Place = z.object({ at: l1Time, l1Block: z.number(), transactionHash: hashAnswer });
export type L1Place = z.infer<typeof l1Place>;

/** One pack as it was posted. A pack that was reverted and posted again appears twice. */
export const packAnswer = z.object({
  /** Counted from 1; pack 0 is the genesis. */
  index: z.number(),
  firstBlock: z.number(),
  lastBlock: z.number(),
  outputRoot: hashAnswer,
  packHash: hashAnswer,
  /** True for the last pack of a closed chain and its addenda. */
  terminal: z.boolean(),
  status: z.enum(PACK_STATUSES),
  /** Who sent it to the L1. */
  proposer: addressAnswer,
  /** Operators whose stake stands for it; null for a pack that its sender's bond stands for. */
  certificate: z
    .object({
      /** Contract that says whose signatures count. */
      attestation: addressAnswer,
      /** L1 block whose stakes count. */
      referenceBlock: z.number(),
      /** Ids of the operators whose signatures are not in it. */
      nonSignerIds: z.array(hashAnswer),
      /** Of the task at the aggregator (`/v1/avs/vital/tasks`), where its signers are named. */
      taskId: z.string(),
    })
    .nullable(),
  posted: l1Place,
  /** L1 time at which its challenge window ends, seconds. */
  windowEnd: l1Time,
  /** Challenges of this very pack, by id. */
  challenges: z.array(decimalString),
  /** Index of the disputed pack that keeps it from being final; its own when it is disputed itself. */
  waitsFor: z.number().nullable(),
  reverted: l1Place
    .extend({
      /** Packs from this index on fell together. */
      fromIndex: z.number(),
      /** Counter of such events on this chain. */
      revertEpoch: z.number(),
      /** The challenge that brought it down; null when the L1 names none. */
      challengeId: decimalString.nullable(),
    })
    .nullable(),
});
export type PackAnswer = z.infer<typeof packAnswer>;

/** State of the chain's packs at the newest L1 block. */
const packsNow = {
  /** Time of the newest L1 block, seconds. */
  l1Timestamp: l1Time,
  /** Newest pack whose window is over undisputed; 0 when none. */
  finalisedPack: z.number(),
  /** Lowest pack with an open challenge. */
  firstContested: z.number().nullable(),
};

/** Newest first. */
export const packList = z.object({ ...packsNow, items: z.array(packAnswer), nextCursor });
export type PackList = z.infer<typeof packList>;

/** What the transaction of a pack carries. */
export const packContent = z.object({
  parentOutputRoot: hashAnswer,
  /** Commits to every transaction of every block, as the frames hold them. */
  contentRoot: hashAnswer,
  stateRoot: hashAnswer,
  blockHash: hashAnswer,
  outboxRoot: hashAnswer,
  /** Inbox messages consumed so far. */
  inboxPosition: z.number(),
  l1Origin: z.object({ number: z.number(), hash: hashAnswer }),
  /** One for each block, firstBlock first. */
  outputRoots: z.array(hashAnswer),
  /** Hashes of the batch frames in order, each with the L1 transaction that carried it. */
  frames: z.array(z.object({ hash: hashAnswer, bytes: z.number().nullable(), transactionHash: hashAnswer.nullable() })),
});
export type PackContent = z.infer<typeof packContent>;

/** Every posting of one index, the newest first, and what the newest carries. */
export const packDetail = z.object({
  ...packsNow,
  postings: z.array(packAnswer).min(1),
  /** Null when the pack came through another contract, whose call cannot be read here. */
  content: packContent.nullable(),
});
export type PackDetail = z.infer<typeof packDetail>;
