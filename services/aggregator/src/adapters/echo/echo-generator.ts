import { type Clock, errorMessage, type Logger } from '@tephra/core';
import { echoTaskManagerAbi, type L1Client, type OperatorStateReader, type TransactionSender } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { encodeFunctionData, toHex } from 'viem';
import type { AdapterContext } from '../adapter.ts';

export type EchoGeneratorOptions = {
  taskManager: Address;
  quorumNumbers: number[];
  thresholdPercentage: number;
  intervalMs: number;
};

type EchoGeneratorDeps = {
  client: L1Client;
  sender: TransactionSender;
  reader: OperatorStateReader;
  clock: Clock;
  logger: Logger;
};

/** No task is given while so many wait: nobody answers, and each costs gas. */
const MOST_OPEN = 64;
const PAYLOAD_BYTES = 32;
/** While there are no operators it looks for them this often, milliseconds: the first task is what everybody waits for. */
const LOOK_MS = 2_000;

/** Gives the echo AVS a task from time to time, so that one can see operators at work. */
export class EchoGenerator {
  readonly #options: EchoGeneratorOptions;
  readonly #deps: EchoGeneratorDeps;

  constructor(options: EchoGeneratorOptions, deps: EchoGeneratorDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** Until the signal fires. A failure is logged, and the next turn tries again. */
  async run(context: Pick<AdapterContext, 'isWriter' | 'openTasks' | 'signal'>): Promise<void> {
    const { clock, logger } = this.#deps;
    const { signal } = context;
    while (!signal.aborted) {
      let waitMs = this.#options.intervalMs;
      try {
        if (context.openTasks() < MOST_OPEN && (await context.isWriter())) {
          if (await this.#hasOperators()) await this.#createTask(signal);
          else waitMs = Math.min(waitMs, LOOK_MS);
        }
      } catch (error) {
        if (!signal.aborted) logger.warn({ err: error }, `no echo task this time: ${errorMessage(error)}`);
      }
      await clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }

  /** Whether every quorum has somebody; a task that nobody can answer would only cost gas. */
  async #hasOperators(): Promise<boolean> {
    const { client, reader } = this.#deps;
    const { quorumNumbers } = this.#options;
    const operators = await reader.operatorsAt(quorumNumbers, Number(await client.getBlockNumber()));
    return quorumNumbers.every((_, index) => operators.some(({ stakes }) => (stakes[index] ?? 0n) > 0n));
  }

  async #createTask(signal: AbortSignal): Promise<void> {
    const { taskManager, quorumNumbers, thresholdPercentage } = this.#options;
    const payload = toHex(crypto.getRandomValues(new Uint8Array(PAYLOAD_BYTES)));
    await this.#deps.sender.send({
      to: taskManager,
      data: encodeFunctionData({
        abi: echoTaskManagerAbi,
        functionName: 'createNewTask',
        args: [payload, thresholdPercentage, toHex(Uint8Array.from(quorumNumbers))],
      }),
      signal,
    });
  }
}
