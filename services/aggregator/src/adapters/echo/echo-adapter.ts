import type { Clock, Logger } from '@tephra/core';
import { type Bls, loadBls } from '@tephra/crypto';
import {
  type AvsDeployment,
  type AvsOperator,
  type L1Client,
  OperatorStateReader,
  type TransactionSender,
} from '@tephra/l1';
import {
  type Address,
  type AttestationTask,
  decodeEchoResponse,
  decodeEchoTask,
  echoResponseDigest,
  type Hash,
  type Hex,
} from '@tephra/protocol';
import { keccak256 } from 'viem';
import { Refusal } from '../../errors.ts';
import type { AdapterContext, AvsAdapter, SubmissionRequest, SubmissionResult } from '../adapter.ts';
import { EchoFeed } from './echo-feed.ts';
import { EchoGenerator } from './echo-generator.ts';
import { isEchoAnswered, submitEcho } from './echo-submission.ts';

export type EchoAdapterOptions = {
  /** Its `taskManager` must not be null. */
  deployment: AvsDeployment & { taskManager: Address };
  chainId: number;
  /** Expected time between L1 blocks, milliseconds; default 1,000. */
  blockTimeMs?: number;
  /** How often the L1 is asked for its newest block, milliseconds; default the block time. */
  pollMs?: number;
  /** Blocks that hold an answer before it counts as confirmed, its own included; default 2. */
  confirmations?: number;
  /** Time between tasks that this adapter gives, milliseconds; null (default): tasks are given by somebody else. */
  taskIntervalMs?: number | null;
};

export type EchoAdapterDeps = {
  client: L1Client;
  /** Of the account that may give tasks; it pays for answers, too. No other process may send with its key. */
  sender: TransactionSender;
  clock: Clock;
  logger: Logger;
};

/** The echo AVS: operators answer a task with keccak256 of its payload. */
export class EchoAdapter implements AvsAdapter {
  readonly name: string;
  readonly #options: Required<EchoAdapterOptions>;
  readonly #deps: EchoAdapterDeps & { bls: Bls; reader: OperatorStateReader };
  readonly #feed: EchoFeed;

  private constructor(options: EchoAdapterOptions, deps: EchoAdapterDeps, bls: Bls) {
    const blockTimeMs = options.blockTimeMs ?? 1_000;
    const { deployment } = options;
    this.name = deployment.name;
    this.#options = { pollMs: blockTimeMs, confirmations: 2, taskIntervalMs: null, ...options, blockTimeMs };
    this.#deps = { ...deps, bls, reader: new OperatorStateReader(deployment, deps) };
    this.#feed = new EchoFeed(
      {
        avs: deployment.name,
        taskManager: deployment.taskManager,
        deployedAtBlock: deployment.deployedAtBlock,
        blockTimeMs,
        pollMs: this.#options.pollMs,
      },
      deps,
    );
  }

  static async create(options: EchoAdapterOptions, deps: EchoAdapterDeps): Promise<EchoAdapter> {
    return new EchoAdapter(options, deps, await loadBls());
  }

  digestOf(task: AttestationTask, response: Hex): Hash {
    const answer = decodeEchoResponse(response);
    if (String(answer.referenceTaskIndex) !== task.taskId) throw new Error('it answers another task');
    return echoResponseDigest(BigInt(this.#options.chainId), this.#options.deployment.taskManager, answer);
  }

  isRight(task: AttestationTask, response: Hex): boolean {
    return decodeEchoResponse(response).echo === keccak256(decodeEchoTask(task.content).payload);
  }

  operatorsFor(task: AttestationTask): Promise<AvsOperator[]> {
    return this.#deps.reader.operatorsAt(task.quorumNumbers, task.referenceBlockNumber);
  }

  quorumsOf(operatorId: Hash): Promise<number[]> {
    return this.#deps.reader.quorumsOf(operatorId);
  }

  async fetchTask(taskId: string): Promise<AttestationTask | null> {
    if (!/^(0|[1-9]\d{0,9})$/.test(taskId) || Number(taskId) >= 2 ** 32) return null;
    return await this.#feed.find(Number(taskId));
  }

  /** Tasks of this AVS are made on the L1 and nowhere else: bringing one only makes it known sooner. */
  async checkTask(task: AttestationTask): Promise<AttestationTask> {
    const onChain = await this.fetchTask(task.taskId);
    if (!onChain) throw new Refusal('UNKNOWN_TASK', `the L1 has no open echo task ${task.taskId}`);
    if (onChain.content !== task.content) throw new Refusal('MALFORMED', `the L1 has another task ${task.taskId}`);
    return onChain;
  }

  async run(context: AdapterContext): Promise<void> {
    const { deployment, taskIntervalMs } = this.#options;
    const generator =
      taskIntervalMs === null
        ? undefined
        : new EchoGenerator(
            {
              taskManager: deployment.taskManager,
              quorumNumbers: deployment.quorums.map(({ number }) => number),
              thresholdPercentage: Math.max(...deployment.quorums.map((quorum) => quorum.thresholdPercentage)),
              intervalMs: taskIntervalMs,
            },
            this.#deps,
          );
    // When the feed ends, so does the generator: both are run again together.
    const end = new AbortController();
    const signal = AbortSignal.any([context.signal, end.signal]);
    const generating = generator?.run({ ...context, signal });
    try {
      await this.#feed.run(signal, context.onTask);
    } finally {
      end.abort();
      await generating;
    }
  }

  submit(request: SubmissionRequest): Promise<SubmissionResult> {
    const { deployment, confirmations } = this.#options;
    return submitEcho({ taskManager: deployment.taskManager, source: deployment, confirmations }, request, this.#deps);
  }

  isSubmitted(task: AttestationTask): Promise<boolean> {
    return isEchoAnswered(this.#deps.client, this.#options.deployment.taskManager, task.taskId);
  }

  lastContactAt(): number {
    return this.#feed.lastContactAt;
  }
}
