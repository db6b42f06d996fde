import type { AvsOperator } from '@tephra/l1';
import type { AttestationCertificate, AttestationTask, Hash, Hex } from '@tephra/protocol';

/** A certificate on its way to the L1. */
export type SubmissionRequest = {
  task: AttestationTask;
  certificate: Omit<AttestationCertificate, 'submission'>;
  /** Of a transaction that an earlier attempt, perhaps of a process that died, signed and perhaps sent. */
  previousHash: Hash | null;
  /** Resolves when the hash is stored; only then the transaction may go out. */
  beforeBroadcast: (hash: Hash) => Promise<void>;
  signal: AbortSignal;
};

/** Null when the L1 has the certificate's answer already, by a transaction that is not known here. */
export type SubmissionResult = { transactionHash: Hash | null };

/** What the aggregator gives an adapter while it runs. */
export type AdapterContext = {
  /** Announces a task; telling the same one again changes nothing. */
  onTask: (task: AttestationTask) => Promise<void>;
  /** True while this process is the one that writes to the L1 for this AVS. */
  isWriter: () => Promise<boolean>;
  /** Tasks that wait for answers. */
  openTasks: () => number;
  signal: AbortSignal;
};

/**
 * All that the aggregator has to know of one AVS. Stateless towards the database: after a crash `run` announces again
 * what is not over, and `submit` finds out what became of a former attempt.
 */
export interface AvsAdapter {
  /** Name of the AVS in paths and messages. */
  readonly name: string;
  /**
   * What operators sign to give this answer. Equal answers have equal digests, also across restarts.
   * @throws any error when it is no answer to this task
   */
  digestOf(task: AttestationTask, response: Hex): Hash;
  /** Whether an answer is right, where that can be told without the others' answers; undefined when not. */
  isRight?(task: AttestationTask, response: Hex): boolean | undefined;
  /** Who may sign, with weights at the task's reference block in the order of its quorums. */
  operatorsFor(task: AttestationTask): Promise<AvsOperator[]>;
  /** Quorums in which an operator is now; none when it is not registered. */
  quorumsOf(operatorId: Hash): Promise<number[]>;
  /** A task by its id, for answers that come before `run` announced it; null when there is none. */
  fetchTask(taskId: string): Promise<AttestationTask | null>;
  /** A task that a caller with the platform's token brings, as it is to be stored. @throws Refusal */
  checkTask(task: AttestationTask): Promise<AttestationTask>;
  /** Announces tasks, and gives them where the AVS wants that, until the signal fires. May throw; it is run again. */
  run(context: AdapterContext): Promise<void>;
  /**
   * Brings a certificate to the L1 and waits until it is deep enough; that the L1 has it already is success.
   * @throws AggregatorError, L1Error
   */
  submit(request: SubmissionRequest): Promise<SubmissionResult>;
  /** Whether the L1 has an answer to this task now: a reorg may have taken back what was confirmed. */
  isSubmitted(task: AttestationTask): Promise<boolean>;
  /** Milliseconds since the epoch of the last answer of the L1; 0 before the first. */
  lastContactAt(): number;
}
