import { type L1Client, rollupAbi, rpcAnswer } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { type GetLogsReturnType, getAbiItem } from 'viem';
import type { PackEvidence } from '../finality/finality-of.ts';

/** A pack that is on the L1; seconds. */
export type PostedPack = PackEvidence & { outputRoot: Hash; proposer: Address; terminal: boolean };

const EVENTS = [
  getAbiItem({ abi: rollupAbi, name: 'PackSubmitted' }),
  getAbiItem({ abi: rollupAbi, name: 'PacksReverted' }),
] as const;

export type PackEvents = GetLogsReturnType<undefined, typeof EVENTS, true, bigint, bigint>;

/** Blocks per eth_getLogs at first; halved whenever the endpoint says that it is too much. */
const SPAN = 4_000n;

/** Pack events of L1 blocks from..to (inclusive), in order. */
export async function readPackEvents(
  client: L1Client,
  rollup: Address,
  range: { from: bigint; to: bigint },
  signal?: AbortSignal,
): Promise<PackEvents> {
  const found: PackEvents = [];
  let { from } = range;
  let span = SPAN;
  while (from <= range.to) {
    signal?.throwIfAborted();
    const to = from + span - 1n < range.to ? from + span - 1n : range.to;
    try {
      found.push(
        ...(await client.getLogs({ address: rollup, events: EVENTS, fromBlock: from, toBlock: to, strict: true })),
      );
      from = to + 1n;
    } catch (error) {
      // Providers cap range or result count, each in other words; a range of one block cannot be made smaller.
      if (rpcAnswer(error) === undefined || span === 1n) throw error;
      span = span / 2n || 1n;
    }
  }
  return found;
}

/** A time that the contract voided packs. */
export type PacksReverted = {
  revertEpoch: bigint;
  /** What fell, ascending. */
  packs: PostedPack[];
  l1TransactionHash: Hash;
  l1BlockNumber: bigint;
};

/** The packs that stand after `events`, and what the contract voided among them. */
export function applyPackEvents(
  base: readonly PostedPack[],
  events: PackEvents,
): { packs: PostedPack[]; reverts: PacksReverted[] } {
  let packs = [...base];
  const reverts: PacksReverted[] = [];
  for (const event of events) {
    if (event.eventName === 'PacksReverted') {
      const { fromIndex, revertEpoch } = event.args;
      reverts.push({
        revertEpoch,
        packs: packs.filter((pack) => pack.index >= fromIndex),
        l1TransactionHash: event.transactionHash,
        l1BlockNumber: event.blockNumber,
      });
      packs = packs.filter((pack) => pack.index < fromIndex);
      continue;
    }
    const { args } = event;
    while (packs.length > 0 && packs.at(-1)!.index >= args.index) packs.pop();
    packs.push({
      index: args.index,
      firstBlock: args.firstBlock,
      lastBlock: args.lastBlock,
      outputRoot: args.outputRoot,
      packHash: args.packHash,
      proposer: args.proposer,
      windowEnd: args.windowEnd,
      terminal: args.terminal,
      l1TransactionHash: event.transactionHash,
      l1BlockNumber: event.blockNumber,
    });
  }
  return { packs, reverts };
}
