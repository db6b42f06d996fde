import type { Clock, Logger, Metrics, Service } from '@tephra/core';
import type { AvsDeployment, L1Client } from '@tephra/l1';
import type { Address, G1Point, Hash, Hex } from '@tephra/protocol';
import type { L1Feed } from './l1/l1-feed.ts';

/** What a duty says of a task beside the digest. */
export type SigningMeta = {
  /** The answer, in the encoding of the AVS. */
  response: Hex;
  /** L1 block of the task. */
  createdAtBlock: bigint;
  /** When an answer comes too late, milliseconds since the epoch. */
  expiresAt: number;
};

/** A decision with the signature over it. */
export type SignedAnswer = { sequence: number; signature: G1Point };

/** All that a duty gets: it cannot sign past the journal, and holds no key. */
export type DutyContext = {
  avs: AvsDeployment;
  operatorAddress: Address;
  operatorId: Hash;
  l1: { client: L1Client; feed: L1Feed; chainId: number };
  /**
   * Decides on the one answer that this operator ever gives to the task, and signs it. Waits while it is not clear whether
   * the journal knows all that was signed before.
   * @throws OperatorError CONFLICTING_ANSWER, TASK_TOO_OLD, TASK_EXPIRED, SIGNING_STOPPED, DISK_FULL, JOURNAL_FAILED
   */
  sign(taskKey: string, digest: Hash, meta: SigningMeta): Promise<SignedAnswer>;
  /** What this operator ever decided about tasks whose keys begin with `prefix`. */
  decisions(prefix: string): { taskKey: string; digest: Hash }[];
  /** Delivers a signed answer, again and again until the aggregator has it or it is too late. Resolves at once. */
  submit(taskKey: string, answer: SignedAnswer & Pick<SigningMeta, 'response' | 'expiresAt'>): void;
  logger: Logger;
  clock: Clock;
  metrics: Metrics;
};

/** What an operator does for one kind of AVS. */
export interface DutyModule {
  /** Name of the AVS that it serves. */
  readonly name: string;
  /** For `/eigen/node/services`. */
  readonly description: string;
  create(context: DutyContext): Duty;
}

/** A duty at work. */
export type Duty = Service & {
  /** What it does not sign, and why; for people. None when all is well. */
  readonly problems?: readonly string[];
};
