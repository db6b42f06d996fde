import { z } from 'zod';
import { addressAnswer, hashAnswer, timeAnswer } from '../fields.ts';

/** Longest answer of an operator, in bytes of the AVS's own encoding. */
export const MAX_RESPONSE_BYTES = 4_096;
/** Longest content of a task, in bytes. */
export const MAX_TASK_BYTES = 16_384;

/** Name of an AVS in paths and messages. */
export const avsName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be the name of an AVS');
/** Id of a task, unique within its AVS. */
export const taskIdText = z.string().regex(/^[A-Za-z0-9_.:-]{1,200}$/, 'must be the id of a task');

const word = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'must be 32 bytes of hex')
  .transform((text) => text.toLowerCase() as `0x${string}`);

/** Bytes in hex, at most `max` of them. */
function bytes(max: number) {
  return z
    .string()
    .max(2 + 2 * max, `must have at most ${max} bytes`)
    .regex(/^0x([0-9a-fA-F]{2})*$/, 'must be bytes of hex')
    .transform((text) => text.toLowerCase() as `0x${string}`);
}

/** Bytes in an answer. */
const bytesAnswer = z.templateLiteral(['0x', z.string().regex(/^([0-9a-fA-F]{2})*$/)]);

const wireG1 = z.object({ x: word, y: word });
const wireG2 = z.object({ x: z.tuple([word, word]), y: z.tuple([word, word]) });
const quorumNumber = z.int().min(0).max(191);
const percentage = z.int().min(1).max(100);

/** Parameters of `aggregator_initOperator`. */
export const initOperatorParams = z.object({ avs: avsName, operatorId: word });

/** Parameters of `aggregator_createTask`. */
export const createTaskParams = z
  .object({
    avs: avsName,
    taskId: taskIdText,
    referenceBlockNumber: z.int().min(0),
    quorumNumbers: z.array(quorumNumber).min(1).max(16),
    thresholdPercentages: z.array(percentage).min(1).max(16),
    expiresAt: z.int().min(0),
    content: bytes(MAX_TASK_BYTES),
  })
  .refine((task) => task.quorumNumbers.length === task.thresholdPercentages.length, {
    error: 'needs one threshold for each quorum',
    path: ['thresholdPercentages'],
  })
  .refine((task) => task.quorumNumbers.every((quorum, index, all) => index === 0 || quorum > all[index - 1]!), {
    error: 'must ascend without repetition',
    path: ['quorumNumbers'],
  });

/** Parameters of `aggregator_processSignedTaskResponse`. */
export const signedTaskResponseParams = z.object({
  avs: avsName,
  taskId: taskIdText,
  operatorId: word,
  response: bytes(MAX_RESPONSE_BYTES),
  signature: wireG1,
  journalSequence: z.int().min(0),
});

/** Parameters of `aggregator_getCertificate`. */
export const getCertificateParams = z.object({ avs: avsName, taskId: taskIdText });

/** Parameters of `aggregator_subscribe`: what, and of which AVS. */
export const subscribeParams = z.tuple([z.enum(['tasks', 'certificates']), z.object({ avs: avsName })]);

export const SUBMISSION_STATES = ['waiting', 'sent', 'confirmed', 'failed'] as const;

/** A certificate as JSON-RPC and HTTP answer it. */
export const certificateAnswer = z.object({
  avs: z.string(),
  taskId: z.string(),
  digest: hashAnswer,
  response: bytesAnswer,
  referenceBlockNumber: z.number(),
  quorumNumbers: z.array(z.number()),
  /** Operators of these quorums whose signatures are not in the aggregate, ascending. */
  nonSignerIds: z.array(hashAnswer),
  aggregate: z.object({ sigma: wireG1, apkG2: wireG2 }),
  /** Percent of each quorum's stake, rounded down. */
  signedPercentages: z.array(z.number()),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  submission: z.object({
    state: z.enum(SUBMISSION_STATES),
    transactionHash: hashAnswer.nullable(),
    /** Why the L1 did not take it; null while nothing is wrong. */
    reason: z.string().nullable(),
  }),
});

export const TASK_STATES = ['open', 'certified', 'submitted', 'confirmed', 'expired', 'failed'] as const;

/** One operator's part in a task: a cell of the grid. */
export const taskSigner = z.object({
  operatorId: hashAnswer,
  operator: addressAnswer,
  signedAt: timeAnswer.nullable(),
  /** `wrong`: signed another answer than the certified or the right one. `missed`: no answer (yet, while open). */
  verdict: z.enum(['signed', 'missed', 'wrong']),
});

/** A task with who signed it. */
export const avsTask = z.object({
  taskId: z.string(),
  state: z.enum(TASK_STATES),
  createdAt: timeAnswer,
  expiresAt: timeAnswer,
  quorumNumbers: z.array(z.number()),
  /** Percent of each quorum's stake behind the leading answer, rounded down. */
  signedPercentages: z.array(z.number()),
  thresholdPercentages: z.array(z.number()),
  signers: z.array(taskSigner),
  certificate: certificateAnswer.nullable(),
});
export type AvsTask = z.infer<typeof avsTask>;
/** Newest first. */
export const avsTaskList = z.object({ items: z.array(avsTask), nextCursor: z.string().nullable() });

/**
 * A signed statement that speaks against its signer: `conflicting`: it signed another answer to the same task too;
 * `wrong`: its answer is not the certified or right one. Enough for a contract to slash with.
 */
export const avsEvidence = z.object({
  id: z.string(),
  kind: z.enum(['conflicting', 'wrong']),
  taskId: z.string(),
  /** The task's content, as the contract hashes it. */
  task: bytesAnswer,
  operatorId: hashAnswer,
  operator: addressAnswer,
  response: bytesAnswer,
  digest: hashAnswer,
  signature: wireG1,
  pubkeyG1: wireG1,
  pubkeyG2: wireG2,
  receivedAt: timeAnswer,
});
export type AvsEvidence = z.infer<typeof avsEvidence>;
export const avsEvidenceList = z.object({ items: z.array(avsEvidence), nextCursor: z.string().nullable() });

/** Whether an AVS certifies now. */
export const avsStatus = z.object({
  avs: z.string(),
  /** `idle`: no task was given lately. `below-threshold`: too little stake answers; `missing` names who is silent. */
  state: z.enum(['certifying', 'below-threshold', 'idle']),
  lastCertificateAt: timeAnswer.nullable(),
  lastTaskId: z.string().nullable(),
  openTasks: z.number(),
  /** Operators of the quorums of the newest task that had time to be answered. */
  operatorsRegistered: z.number(),
  /** Of these, who answered it. */
  operatorsOnline: z.number(),
  /** Least number of operators, the heaviest first, whose stake reaches every threshold. */
  operatorsNeeded: z.number(),
  quorums: z.array(z.object({ quorum: z.number(), signedPercentage: z.number(), thresholdPercentage: z.number() })),
  missing: z.array(z.object({ operatorId: hashAnswer, operator: addressAnswer, lastSignedAt: timeAnswer.nullable() })),
});
export type AvsStatus = z.infer<typeof avsStatus>;
