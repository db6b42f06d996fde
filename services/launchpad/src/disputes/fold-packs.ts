import type { L1Log, PackEvent } from './l1-events.ts';

type Submitted = Extract<PackEvent, { eventName: 'PackSubmitted' }>['args'];

/** One posting of a pack, and what voided it. */
export type Posting = Submitted & {
  /** Counts all postings of the chain from 0. */
  ordinal: number;
  /** How often the L1 had voided packs of this chain by then. */
  revertEpoch: bigint;
  posted: L1Log;
  reverted: (L1Log & { fromIndex: bigint; revertEpoch: bigint }) | null;
};

/** Every posting of a chain in the L1's order. `events` is in that order too. */
export function foldPacks(events: readonly PackEvent[]): Posting[] {
  const postings: Posting[] = [];
  let epoch = 0n;
  for (const event of events) {
    const { blockNumber, transactionHash } = event;
    if (event.eventName === 'PackSubmitted') {
      const posted = { blockNumber, transactionHash };
      postings.push({ ...event.args, ordinal: postings.length, revertEpoch: epoch, posted, reverted: null });
      continue;
    }
    const { fromIndex, revertEpoch } = event.args;
    epoch = revertEpoch;
    // Packs that stand have ascending indices, so those that fall are the last ones.
    for (let at = postings.length - 1; at >= 0; at -= 1) {
      const posting = postings[at]!;
      if (posting.reverted !== null) continue;
      if (posting.index < fromIndex) break;
      posting.reverted = { blockNumber, transactionHash, fromIndex, revertEpoch };
    }
  }
  return postings;
}
