import type { Hash, Hex } from 'viem';
import type { WireG1, WireG2 } from './points.ts';

/** What operators of an AVS are asked to sign an answer to. */
export type AttestationTask = {
  /** Name of the AVS. */
  avs: string;
  /** Unique within the AVS; the echo AVS uses the decimal index of the task on the L1. */
  taskId: string;
  /** L1 block whose stakes and keys count. */
  referenceBlockNumber: number;
  quorumNumbers: number[];
  /** Share of a quorum's stake, in percent, that must sign; one for each of `quorumNumbers`. */
  thresholdPercentages: number[];
  /** Milliseconds since the epoch; later answers are refused. */
  expiresAt: number;
  /** Defined by the AVS; echo: `abi.encode(Task)`. */
  content: Hex;
};

/** One operator's answer. What is signed is a digest that the AVS's adapter computes from `response`. */
export type SignedTaskResponse = {
  avs: string;
  taskId: string;
  /** keccak256 of the operator's G1 key. */
  operatorId: Hash;
  /** Defined by the AVS; echo: `abi.encode(TaskResponse)`. */
  response: Hex;
  signature: WireG1;
  /**
   * Number of the entry in the operator's signing journal. The aggregator remembers the highest, so that an operator
   * who restored an old journal can find out.
   */
  journalSequence: number;
};

export type SubmissionState = 'waiting' | 'sent' | 'confirmed' | 'failed';

/** That enough stake of every quorum gave the same answer, in the form in which a contract checks it. */
export type AttestationCertificate = {
  avs: string;
  taskId: string;
  digest: Hash;
  response: Hex;
  referenceBlockNumber: number;
  quorumNumbers: number[];
  /** Operators of these quorums whose signatures are not in `aggregate.sigma`, ascending. */
  nonSignerIds: Hash[];
  /** Sums of the signers' signatures and of their G2 keys. */
  aggregate: { sigma: WireG1; apkG2: WireG2 };
  /** Percent of the stake that signed, rounded down; one for each of `quorumNumbers`. */
  signedPercentages: number[];
  /** Milliseconds since the epoch. */
  createdAt: number;
  submission: { state: SubmissionState; transactionHash: Hash | null; reason: string | null };
};

/** Why an answer is refused; travels as `data.code` of a JSON-RPC error. */
export const REFUSAL_CODES = [
  'UNKNOWN_AVS',
  'UNKNOWN_TASK',
  'EXPIRED',
  'UNKNOWN_OPERATOR',
  'NOT_IN_QUORUM',
  'DUPLICATE',
  'CONFLICTING',
  'BAD_SIGNATURE',
  'MALFORMED',
  'RATE_LIMITED',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Answer to an accepted response. */
export type ResponseReceipt = {
  accepted: true;
  /** Stake behind this answer so far, for each of the task's quorums; decimal. */
  stakeSigned: { quorum: number; stake: string; total: string; percentage: number }[];
  thresholdReached: boolean;
};

/** Answer of `aggregator_initOperator`. */
export type OperatorSession = {
  /** Quorums of the AVS in which the operator is now. */
  quorums: number[];
  /** Highest `journalSequence` ever accepted from this operator, 0 when none was. */
  lastJournalSequence: number;
};
