import { type L1Origin, newestOriginFor, type OriginTransaction, originTransactions } from '@tephra/protocol';
import type { L1View } from '../chain.ts';
import type { BlockStart, ParentBlock } from '../transition/index.ts';

/** The origin advances at the latest when it is this many L1 blocks old: a pack's must be within 256 of the L1's head. */
export const MAX_ORIGIN_AGE = 30n;

/**
 * What the producer chooses for the block after `parent`: the L1 origin moves when there are messages to take in or when it
 * has become old, time follows the clock.
 * @param nowMs wall time
 */
export async function nextBlockStart(
  options: { chainId: bigint },
  l1: L1View,
  parent: ParentBlock,
  nowMs: number,
): Promise<BlockStart> {
  return startOn(parent, await chooseOrigin(options.chainId, l1, parent), nowMs);
}

/** As {@link nextBlockStart} when the L1 can't be read. */
export function startWithoutL1(parent: ParentBlock, nowMs: number): BlockStart {
  return startOn(parent, { l1Origin: parent.l1Origin, protocolTransactions: [] }, nowMs);
}

function startOn(parent: ParentBlock, { l1Origin, protocolTransactions }: ChosenOrigin, nowMs: number): BlockStart {
  const number = parent.header.number + 1n;
  if (parent.mode !== 'active') return { number, timestamp: parent.header.timestamp, l1Origin, protocolTransactions };
  const times = [parent.header.timestamp, l1Origin.timestamp, BigInt(Math.floor(nowMs / 1000))];
  const timestamp = times.reduce((a, b) => (a > b ? a : b));
  return { number, timestamp, l1Origin, protocolTransactions };
}

type ChosenOrigin = { l1Origin: L1Origin; protocolTransactions: OriginTransaction[] };

async function chooseOrigin(chainId: bigint, l1: L1View, parent: ParentBlock): Promise<ChosenOrigin> {
  const stay = { l1Origin: parent.l1Origin, protocolTransactions: [] };
  const newest = l1.origin();
  if (newest.number <= parent.l1Origin.number) return stay;
  const unread = l1.messages(parent.output.inboxPosition, newest.number);
  if (unread.length === 0 && newest.number - parent.l1Origin.number < MAX_ORIGIN_AGE) return stay;
  const number = newestOriginFor(newest.number, unread);
  if (number <= parent.l1Origin.number) return stay;
  const origin = number === newest.number ? newest : await l1.originAt(number);
  return {
    l1Origin: origin,
    protocolTransactions: originTransactions({
      chainId,
      origin,
      position: parent.output.inboxPosition,
      accumulator: parent.output.inboxAccumulator,
      messages: unread.filter((message) => message.l1Block <= number),
    }),
  };
}
