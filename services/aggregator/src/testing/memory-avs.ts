import { type Bls, type BlsSecretKey, operatorId as idOf, loadBls } from '@tephra/crypto';
import type { AvsOperator } from '@tephra/l1';
import {
  type AttestationTask,
  decodeG1,
  decodeG2,
  encodeG1,
  type Hash,
  type Hex,
  type SignedTaskResponse,
} from '@tephra/protocol';
import { concatHex, keccak256, toHex } from 'viem';
import type { AdapterContext, AvsAdapter, SubmissionRequest, SubmissionResult } from '../adapters/adapter.ts';
import { AggregatorError, Refusal } from '../errors.ts';

export type MemoryOperator = AvsOperator & { key: BlsSecretKey };

/** A submission as the chain of a {@link MemoryAvs} took it. */
export type ChainTransaction = { hash: Hash; taskId: string; certificate: SubmissionRequest['certificate'] };

/**
 * An AVS for tests whose chain is a list. Answers are bytes that begin with the task's id; an answer that ends with `bad0`
 * is one that the AVS knows to be wrong, when it `judges`.
 */
export class MemoryAvs implements AvsAdapter {
  readonly name: string;
  readonly operators: MemoryOperator[];
  readonly bls: Bls;
  /** Transactions that were sent, in order. */
  readonly chain: ChainTransaction[] = [];
  /** Tasks that the chain has and that `run` does not announce. */
  readonly silentTasks = new Map<string, AttestationTask>();
  judges = false;
  /** Runs before a transaction goes out; may throw. */
  beforeSend: (request: SubmissionRequest) => Promise<void> = async () => undefined;
  lookups = 0;
  #context: AdapterContext | undefined;
  readonly #waiting: AttestationTask[] = [];

  private constructor(name: string, operators: MemoryOperator[], bls: Bls) {
    this.name = name;
    this.operators = operators;
    this.bls = bls;
  }

  /** Operators with these weights per quorum; null where one is not a member. */
  static async create(weights: (bigint | null)[][], name = 'memory'): Promise<MemoryAvs> {
    const bls = await loadBls();
    const operators = weights.map((stakes, index) => {
      const key = bls.secretKey(BigInt(index + 1_001));
      const { g1, g2 } = bls.publicKeys(key);
      const address = toHex(index + 1, { size: 20 });
      return { key, g1, g2, operatorId: idOf(g1), address, stakes };
    });
    return new MemoryAvs(name, operators, bls);
  }

  /** A task over all quorums. */
  task(taskId: string, change: Partial<AttestationTask> = {}): AttestationTask {
    const quorumNumbers = this.operators[0]!.stakes.map((_, index) => index);
    return {
      avs: this.name,
      taskId,
      referenceBlockNumber: 7,
      quorumNumbers,
      thresholdPercentages: quorumNumbers.map(() => 67),
      expiresAt: 0,
      content: toHex(`content of ${taskId}`),
      ...change,
    };
  }

  /** Makes the chain announce a task. */
  async announce(task: AttestationTask): Promise<void> {
    if (this.#context) await this.#context.onTask(task);
    else this.#waiting.push(task);
  }

  /** A signed answer of the operator with that index. */
  respond(index: number, task: AttestationTask, tail = 'ok', sequence = 1): SignedTaskResponse {
    const { key, operatorId } = this.operators[index]!;
    const response = answerTo(task, tail);
    return {
      avs: this.name,
      taskId: task.taskId,
      operatorId,
      response,
      signature: encodeG1(this.bls.sign(key, this.digestOf(task, response))),
      journalSequence: sequence,
    };
  }

  /** Whether a certificate's aggregate fits its digest, as a pairing sees it. */
  isValid({ digest, aggregate }: SubmissionRequest['certificate']): boolean {
    return this.bls.verify(digest, decodeG1(aggregate.sigma), decodeG2(aggregate.apkG2));
  }

  digestOf(task: AttestationTask, response: Hex): Hash {
    if (!response.startsWith(toHex(`${task.taskId}:`))) throw new Error('it answers another task');
    return keccak256(concatHex([toHex(this.name), response]));
  }

  isRight(_task: AttestationTask, response: Hex): boolean | undefined {
    return this.judges ? !response.endsWith(toHex('bad').slice(2)) : undefined;
  }

  async operatorsFor(task: AttestationTask): Promise<AvsOperator[]> {
    return this.operators
      .map(({ key: _, ...operator }) => ({
        ...operator,
        stakes: task.quorumNumbers.map((quorum) => operator.stakes[quorum] ?? null),
      }))
      .filter(({ stakes }) => stakes.some((stake) => stake !== null));
  }

  async quorumsOf(operatorId: Hash): Promise<number[]> {
    const operator = this.operators.find((candidate) => candidate.operatorId === operatorId);
    return (operator?.stakes ?? []).flatMap((stake, quorum) => (stake === null ? [] : [quorum]));
  }

  async fetchTask(taskId: string): Promise<AttestationTask | null> {
    this.lookups++;
    return this.silentTasks.get(taskId) ?? null;
  }

  async checkTask(task: AttestationTask): Promise<AttestationTask> {
    if (task.content === '0x') throw new Refusal('MALFORMED', 'the task is empty');
    return task;
  }

  async run(context: AdapterContext): Promise<void> {
    this.#context = context;
    for (const task of this.#waiting.splice(0)) await context.onTask(task);
    await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  async submit(request: SubmissionRequest): Promise<SubmissionResult> {
    const { certificate } = request;
    const known = this.chain.find(({ taskId }) => taskId === certificate.taskId);
    if (known) return { transactionHash: request.previousHash === known.hash ? known.hash : null };
    const hash = keccak256(toHex(`${certificate.taskId} ${certificate.createdAt}`));
    await request.beforeBroadcast(hash);
    await this.beforeSend(request);
    if (!this.isValid(certificate)) throw new AggregatorError('SUBMISSION_REVERTED', 'InvalidAggregateSignature()');
    this.chain.push({ hash, taskId: certificate.taskId, certificate });
    return { transactionHash: hash };
  }

  async isSubmitted(task: AttestationTask): Promise<boolean> {
    return this.chain.some(({ taskId }) => taskId === task.taskId);
  }

  lastContactAt(): number {
    return Number.MAX_SAFE_INTEGER;
  }
}

export function answerTo(task: AttestationTask, tail: string): Hex {
  return toHex(`${task.taskId}:${tail}`);
}
