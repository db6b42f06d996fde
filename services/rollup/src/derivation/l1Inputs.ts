import type { L1Client } from '@tephra/l1';
import type { Address, InboxMessage, L1Origin } from '@tephra/protocol';
import { readInbox } from '../bridge-watch/readInbox.ts';
import { DerivationError } from './errors.ts';

/**
 * Origins and inbox messages that past blocks consumed, read forwards in step with the blocks, so that memory holds only
 * what is not consumed yet.
 */
export class L1Inputs {
  readonly #client: L1Client;
  readonly #inbox: Address;
  #readTo: bigint;
  #messages: InboxMessage[] = [];
  #origin: L1Origin | undefined;
  #ahead = new Map<bigint, Promise<L1Origin>>();

  /** @param fromBlock first L1 block whose messages can matter */
  constructor(client: L1Client, inbox: Address, fromBlock: bigint) {
    this.#client = client;
    this.#inbox = inbox;
    this.#readTo = fromBlock - 1n;
  }

  /** Fetches the origins of the coming blocks in few round trips. */
  prefetch(numbers: Iterable<bigint>): void {
    const wanted = new Set(numbers);
    for (const number of this.#ahead.keys()) if (!wanted.has(number)) this.#ahead.delete(number);
    for (const number of wanted) {
      if (this.#ahead.has(number)) continue;
      const fetched = this.#fetch(number);
      // Awaited by origin(), which reports it.
      fetched.catch(() => undefined);
      this.#ahead.set(number, fetched);
    }
  }

  async origin(number: bigint, blockNumber: bigint): Promise<L1Origin> {
    if (this.#origin?.number === number) return this.#origin;
    try {
      this.#origin = await (this.#ahead.get(number) ?? this.#fetch(number));
      return this.#origin;
    } catch (cause) {
      throw new DerivationError(
        'ORIGIN_UNKNOWN',
        `block ${blockNumber} names L1 block ${number}, which cannot be read`,
        {
          details: { blockNumber, l1Block: number },
          hint: 'Check that the L1 RPC serves the right chain and is not behind.',
          retryable: true,
          cause,
        },
      );
    }
  }

  /** Messages from `position` on in L1 blocks <= `originNumber`, in order. */
  async messages(position: bigint, originNumber: bigint, blockNumber: bigint): Promise<InboxMessage[]> {
    if (originNumber > this.#readTo) {
      this.#messages.push(...(await readInbox(this.#client, this.#inbox, this.#readTo + 1n, originNumber)));
      this.#readTo = originNumber;
    }
    this.#messages = this.#messages.filter((message) => message.index >= position);
    const found = this.#messages.filter((message) => message.l1Block <= originNumber);
    if (found.length > 0 && found[0]!.index !== position) {
      throw new DerivationError(
        'INBOX_INCOMPLETE',
        `inbox message ${position}, which block ${blockNumber} consumes, is missing`,
        {
          details: { blockNumber, position },
          hint: 'Use an L1 endpoint that keeps all logs.',
          retryable: true,
        },
      );
    }
    return found;
  }

  async #fetch(number: bigint): Promise<L1Origin> {
    const block = await this.#client.getBlock({ blockNumber: number });
    return { number: block.number, hash: block.hash, timestamp: block.timestamp };
  }
}
