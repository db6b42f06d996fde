import { type Clock, isTephraError, type Logger } from '@tephra/core';
import { echoTaskManagerAbi, inRanges, type L1Client } from '@tephra/l1';
import { type Address, type AttestationTask, encodeEchoTask, type Hash } from '@tephra/protocol';
import { hexToBytes } from 'viem';

export type EchoFeedOptions = {
  avs: string;
  taskManager: Address;
  deployedAtBlock: bigint;
  /** Expected time between L1 blocks, milliseconds: the contract counts a task's time in blocks. */
  blockTimeMs: number;
  /** How often the L1 is asked for its newest block. */
  pollMs: number;
};

type Head = { number: bigint; hash: Hash; parentHash: Hash };

/** Tasks of the echo AVS as the L1 has them. Only what can still be answered is of interest, so nothing is remembered. */
export class EchoFeed {
  readonly #options: EchoFeedOptions;
  readonly #client: L1Client;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #window: Promise<number> | undefined;
  lastContactAt = 0;

  constructor(options: EchoFeedOptions, deps: { client: L1Client; clock: Clock; logger: Logger }) {
    this.#options = options;
    this.#client = deps.client;
    this.#clock = deps.clock;
    this.#logger = deps.logger;
  }

  /** Announces every task that can be answered, old ones first, until the signal fires. Tells some again after a reorg. */
  async run(signal: AbortSignal, onTask: (task: AttestationTask) => Promise<void>): Promise<void> {
    let seen: Head | undefined;
    let next = 0n;
    while (!signal.aborted) {
      const head = await this.#head();
      if (seen?.hash !== head.hash) {
        if (!seen || !(await this.#extends(seen, head))) {
          if (seen) this.#logger.warn({ from: seen.number, to: head.number }, 'the L1 was reorganised');
          // However deep that went: all that can still be answered is read again.
          next = await this.#firstOpen(head.number);
        }
        for (const task of await this.#tasks(next, head.number)) await this.#announce(task, onTask);
        next = head.number + 1n;
        seen = head;
      }
      await this.#clock.sleep(this.#options.pollMs, signal).catch(() => undefined);
    }
  }

  /** Null when there is no such task, or its time is over. */
  async find(taskIndex: number): Promise<AttestationTask | null> {
    const head = await this.#head();
    const found = await this.#tasks(await this.#firstOpen(head.number), head.number, taskIndex);
    return found.at(-1) ?? null;
  }

  async #announce(task: AttestationTask, onTask: (task: AttestationTask) => Promise<void>): Promise<void> {
    try {
      await onTask(task);
    } catch (error) {
      // One task too many is left out; whatever else fails makes all of them be read again.
      if (!isTephraError(error, 'TOO_MANY_TASKS')) throw error;
      this.#logger.warn({ avs: task.avs, taskId: task.taskId }, 'a task was left out: too many are open');
    }
  }

  async #tasks(fromBlock: bigint, toBlock: bigint, taskIndex?: number): Promise<AttestationTask[]> {
    if (fromBlock > toBlock) return [];
    const window = await this.#responseWindow();
    const logs = await inRanges({ from: fromBlock, to: toBlock }, (from, to) =>
      this.#client.getContractEvents({
        address: this.#options.taskManager,
        abi: echoTaskManagerAbi,
        eventName: 'NewTaskCreated',
        ...(taskIndex === undefined ? {} : { args: { taskIndex } }),
        fromBlock: from,
        toBlock: to,
        strict: true,
      }),
    );
    const now = this.#clock.now();
    return logs.map(({ args }) => {
      const { task } = args;
      const quorumNumbers = [...hexToBytes(task.quorumNumbers)];
      const blocksLeft = task.taskCreatedBlock + window - Number(toBlock);
      return {
        avs: this.#options.avs,
        taskId: String(args.taskIndex),
        referenceBlockNumber: task.taskCreatedBlock,
        quorumNumbers,
        thresholdPercentages: quorumNumbers.map(() => task.quorumThresholdPercentage),
        expiresAt: now + blocksLeft * this.#options.blockTimeMs,
        content: encodeEchoTask(task),
      };
    });
  }

  async #head(): Promise<Head> {
    const block = await this.#client.getBlock({ blockTag: 'latest' });
    this.lastContactAt = this.#clock.now();
    return block;
  }

  /** Whether `head` stands on the block that was the newest before. */
  async #extends(seen: Head, head: Head): Promise<boolean> {
    if (head.number <= seen.number) return false;
    if (head.number === seen.number + 1n) return head.parentHash === seen.hash;
    return (await this.#client.getBlock({ blockNumber: seen.number })).hash === seen.hash;
  }

  async #firstOpen(head: bigint): Promise<bigint> {
    const first = head - BigInt(await this.#responseWindow());
    return first > this.#options.deployedAtBlock ? first : this.#options.deployedAtBlock;
  }

  /** Blocks in which a task can be answered on the L1; a constant of the contract. */
  #responseWindow(): Promise<number> {
    this.#window ??= this.#client
      .readContract({
        address: this.#options.taskManager,
        abi: echoTaskManagerAbi,
        functionName: 'TASK_RESPONSE_WINDOW_BLOCK',
      })
      .catch((error: unknown) => {
        this.#window = undefined;
        throw error;
      });
    return this.#window;
  }
}
