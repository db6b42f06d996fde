import { errorMessage, isTephraError, retry, type Service, TephraError } from '@tephra/core';
import { echoTaskManagerAbi } from '@tephra/l1';
import { echoResponseDigest, encodeEchoResponse, type Hex } from '@tephra/protocol';
import { encodeEventTopics, keccak256, type Log, parseEventLogs } from 'viem';
import type { DutyContext, DutyModule } from '../../duty.ts';
import { OperatorError } from '../../errors.ts';

/** Where the L1 makes blocks at another pace, answers are only given up later or earlier; the contract has the last word. */
const LONGEST_BLOCK_TIME_MS = 12_000;

/** The example AVS: the answer to a task is the keccak256 of its payload. Tasks are read from the L1, from nobody else. */
export const echoDuty: DutyModule = {
  name: 'echo',
  description: 'Answers each task of the echo AVS with the hash of its payload',
  create: (context) => new EchoDuty(context, (payload) => keccak256(payload)),
};

/** Answers every open task with what `answer` makes of its payload. */
export class EchoDuty implements Service {
  readonly #context: DutyContext;
  readonly #answer: (payload: Hex) => Hex;
  readonly #running = new Map<number, Promise<void>>();
  #windowBlocks = 0n;
  #unfollow: () => void = () => undefined;
  readonly #stopping = new AbortController();

  constructor(context: DutyContext, answer: (payload: Hex) => Hex) {
    this.#context = context;
    this.#answer = answer;
  }

  async start(): Promise<void> {
    const { avs, l1 } = this.#context;
    if (avs.taskManager === null) throw new TephraError('NO_TASK_MANAGER', `${avs.name} has no task manager`);
    const head = await l1.feed.firstHead;
    this.#windowBlocks = BigInt(
      await l1.client.readContract({
        address: avs.taskManager,
        abi: echoTaskManagerAbi,
        functionName: 'TASK_RESPONSE_WINDOW_BLOCK',
      }),
    );
    if (this.#stopping.signal.aborted) return;
    let fromBlock = head - this.#windowBlocks;
    if (fromBlock < avs.deployedAtBlock) fromBlock = avs.deployedAtBlock;
    this.#unfollow = l1.feed.follow({
      address: avs.taskManager,
      topics: encodeEventTopics({ abi: echoTaskManagerAbi, eventName: 'NewTaskCreated' }) as Hex[],
      fromBlock,
      onLogs: (logs) => this.#read(logs),
      // A task that vanished and was answered stays in the journal: its number is never answered otherwise.
      onReorg: () => undefined,
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new OperatorError('SIGNING_STOPPED', 'the duty was stopped'));
    this.#unfollow();
    await Promise.all(this.#running.values());
  }

  #read(logs: Log[]): void {
    for (const { args, blockNumber } of parseEventLogs({
      abi: echoTaskManagerAbi,
      eventName: 'NewTaskCreated',
      logs,
    })) {
      const { taskIndex, task } = args;
      if (this.#running.has(taskIndex) || this.#stopping.signal.aborted) continue;
      const work = this.#respond(taskIndex, task.payload, blockNumber)
        .catch((error: unknown) => this.#report(taskIndex, error))
        .finally(() => this.#running.delete(taskIndex));
      this.#running.set(taskIndex, work);
    }
  }

  async #respond(taskIndex: number, payload: Hex, createdAtBlock: bigint): Promise<void> {
    const { avs, l1, clock, sign, submit } = this.#context;
    const left = createdAtBlock + this.#windowBlocks - (l1.feed.head ?? createdAtBlock);
    if (left <= 0n) return;
    const answer = { referenceTaskIndex: taskIndex, echo: this.#answer(payload) };
    const digest = echoResponseDigest(BigInt(l1.chainId), avs.taskManager!, answer);
    const response = encodeEchoResponse(answer);
    const expiresAt = clock.now() + Number(left) * LONGEST_BLOCK_TIME_MS;
    const taskKey = String(taskIndex);
    const signed = await retry(() => sign(taskKey, digest, { response, createdAtBlock, expiresAt }), {
      attempts: Number.POSITIVE_INFINITY,
      signal: this.#stopping.signal,
      clock,
      // A full disk or a signer that is away may come back in time.
      retryIf: (error) => error instanceof TephraError && error.retryable && clock.now() < expiresAt,
    });
    submit(taskKey, { ...signed, response, expiresAt });
  }

  #report(taskIndex: number, error: unknown): void {
    const { logger } = this.#context;
    const code = error instanceof TephraError ? error.code : 'INTERNAL';
    const line = { taskIndex, code, reason: errorMessage(error) };
    if (isTephraError(error, 'SIGNING_STOPPED') || isTephraError(error, 'TASK_EXPIRED'))
      logger.debug(line, 'not answered');
    else logger.warn(line, 'task not answered');
  }
}
