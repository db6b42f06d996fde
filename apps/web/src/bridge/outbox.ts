import { outboxAbi } from '@tephra/l1/abis';
import { decodeOutboxMessage, OutboxTree, PREDEPLOYS } from '@tephra/protocol';
import type { Hash, Hex, PublicClient } from 'viem';

/** A message as the layer wrote it; the exact payload is what the leaf commits to. */
export type OutboxEntry = { index: bigint; kind: number; payload: Hex; leaf: Hash; blockNumber: bigint };

const SPAN = 20_000n;
/** Order of enum OutboxKind. */
const KIND_COLLECTION = 4;
const KIND_MINT_ERC721 = 5;

/** Every outbox message up to a block, in order. */
export async function readOutbox(client: PublicClient, lastBlock: bigint): Promise<OutboxEntry[]> {
  const entries: OutboxEntry[] = [];
  for (let from = 0n; from <= lastBlock; from += SPAN) {
    const to = from + SPAN - 1n < lastBlock ? from + SPAN - 1n : lastBlock;
    const logs = await client.getContractEvents({
      address: PREDEPLOYS.outbox,
      abi: outboxAbi,
      eventName: 'MessageAppended',
      fromBlock: from,
      toBlock: to,
      strict: true,
    });
    for (const { args, blockNumber } of logs) {
      entries.push({ index: args.index, kind: args.kind, payload: args.payload, leaf: args.leaf, blockNumber });
    }
  }
  return entries.sort((a, b) => (a.index < b.index ? -1 : 1));
}

/** Arguments of Bridge.execute for one range of messages. */
export type ExecuteRange = { start: bigint; messages: { kind: number; payload: Hex }[]; proof: Hash[] };

/**
 * What has to be executed so that message `index` is carried out: itself, and before it the description of its collection
 * when that one is still open (the L1 twin cannot be deployed without it).
 * @throws Error when the layer's messages do not hash to the root that the L1 knows.
 */
export function rangesFor(
  entries: readonly OutboxEntry[],
  root: Hash,
  index: bigint,
  isOpen: (index: bigint) => boolean,
): ExecuteRange[] {
  const tree = OutboxTree.fromLeaves(entries.map((entry) => entry.leaf));
  if (tree.root().toLowerCase() !== root.toLowerCase()) {
    throw new Error(
      'The messages that the layer shows do not hash to the root on the L1. Rebuild the chain from the L1 and compare.',
    );
  }
  const target = entries[Number(index)];
  if (target === undefined || target.index !== index)
    throw new Error(`The outbox of this pack holds no message ${index}.`);
  const wanted = [index];
  if (target.kind === KIND_MINT_ERC721) {
    const collection = entries.find(
      (entry) => entry.kind === KIND_COLLECTION && entry.index < index && tokenOf(entry) === tokenOf(target),
    );
    if (collection !== undefined && isOpen(collection.index)) wanted.unshift(collection.index);
  }
  const first = wanted[0] ?? index;
  const groups =
    wanted.length === 2 && first + 1n === index
      ? [{ start: first, count: 2 }]
      : wanted.map((start) => ({ start, count: 1 }));
  return groups.map(({ start, count }) => ({
    start,
    messages: entries.slice(Number(start), Number(start) + count).map(({ kind, payload }) => ({ kind, payload })),
    proof: tree.rangeProof(Number(start), count),
  }));
}

/** The layer's token that a message is about; null when it has none or cannot be read. */
function tokenOf(entry: OutboxEntry): string | null {
  try {
    const message = decodeOutboxMessage(entry.kind, entry.payload);
    return message.kind === 'collection' || message.kind === 'mintErc721' ? message.l2Token.toLowerCase() : null;
  } catch {
    return null;
  }
}
