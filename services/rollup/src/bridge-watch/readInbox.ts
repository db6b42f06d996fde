import { inboxAbi, type L1Client, rpcAnswer } from '@tephra/l1';
import { type Address, type InboxMessage, messageKindOf, nextAccumulator } from '@tephra/protocol';
import { BridgeWatchError } from './errors.ts';

/** Inbox of one chain as of one L1 block. */
export type InboxHead = { count: bigint; accumulator: InboxMessage['accumulator'] };

/** Blocks per eth_getLogs at first; halved whenever the endpoint says that it is too much. */
const SPAN = 4_000n;

/** Messages delivered in L1 blocks from..to (inclusive), in order. */
export async function readInbox(
  client: L1Client,
  inbox: Address,
  from: bigint,
  to: bigint,
  signal?: AbortSignal,
): Promise<InboxMessage[]> {
  const messages: InboxMessage[] = [];
  let span = SPAN;
  while (from <= to) {
    signal?.throwIfAborted();
    const end = from + span - 1n < to ? from + span - 1n : to;
    try {
      const logs = await client.getContractEvents({
        address: inbox,
        abi: inboxAbi,
        eventName: 'MessageDelivered',
        fromBlock: from,
        toBlock: end,
        strict: true,
      });
      for (const { args } of logs) {
        messages.push({
          index: args.index,
          kind: messageKindOf(args.kind),
          sender: args.sender,
          l1Block: args.l1Block,
          l1Timestamp: args.l1Timestamp,
          data: args.data,
          accumulator: args.accumulator,
        });
      }
      from = end + 1n;
    } catch (error) {
      // Providers cap range or result count, each in other words; a range of one block cannot be made smaller.
      if (rpcAnswer(error) === undefined || span === 1n) throw error;
      span = span / 2n || 1n;
    }
  }
  return messages;
}

/** Count and accumulator of the inbox after L1 block `blockNumber`; zero before the inbox existed. */
export async function readInboxHead(client: L1Client, inbox: Address, blockNumber: bigint): Promise<InboxHead> {
  const read = { address: inbox, abi: inboxAbi, blockNumber } as const;
  const count = await client.readContract({ ...read, functionName: 'messageCount' });
  const accumulator = await client.readContract({ ...read, functionName: 'accumulatorAt', args: [count] });
  return { count, accumulator };
}

/**
 * Checks that `messages` continue a chain that held `position` messages with `accumulator` before them and that they end
 * at `head`: endpoints behind a load balancer sometimes leave logs out without saying so.
 * @param accumulator undefined when what came before is not held; the first message is then taken as it is.
 * @throws BridgeWatchError INBOX_INCONSISTENT
 */
export function checkMessages(
  messages: InboxMessage[],
  before: { position: bigint; accumulator: InboxMessage['accumulator'] | undefined },
  head: InboxHead,
): void {
  let { position, accumulator } = before;
  for (const message of messages) {
    if (message.index !== position) throw inconsistent(`message ${position} is missing`, { found: message.index });
    if (accumulator !== undefined && nextAccumulator(accumulator, message) !== message.accumulator)
      throw inconsistent(`message ${position} does not hash to its accumulator`);
    accumulator = message.accumulator;
    position++;
  }
  if (position !== head.count) throw inconsistent(`messages ${position} to ${head.count - 1n} are missing`);
  if (accumulator !== undefined && accumulator !== head.accumulator)
    throw inconsistent(`the accumulator at ${position} is not the contract's`);
}

function inconsistent(reason: string, details?: Record<string, unknown>): BridgeWatchError {
  return new BridgeWatchError('INBOX_INCONSISTENT', `the L1 endpoint's inbox logs are not whole: ${reason}`, {
    ...(details ? { details } : {}),
    hint: 'It is asked again; if this stays, use another L1 endpoint.',
    retryable: true,
  });
}
