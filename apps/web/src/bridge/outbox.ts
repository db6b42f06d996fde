import { outboxAbi } from '@tephra/l1/abis';
import { decodeOutboxMessage, OUTBOX_KINDS, type OutboxMessage, OutboxTree, PREDEPLOYS } from '@tephra/protocol';
import type { Hash, Hex, PublicClient } from 'viem';
import { inSpans } from '../chain/spans.ts';

/** A message as the layer wrote it; the exact payload is what the leaf commits to. */
export type OutboxEntry = { index: bigint; kind: number; payload: Hex; leaf: Hash; blockNumber: bigint };

type Described = Extract<OutboxMessage, { kind: 'mintErc721' | 'mintErc20' | 'mintErc1155' }>['kind'];
/** Messages that describe a twin, by what they must come before. */
const DESCRIPTION: Record<Described, OutboxMessage['kind']> = {
  mintErc721: 'collection',
  mintErc20: 'erc20Metadata',
  mintErc1155: 'collection1155',
};

/** True for messages that describe a twin and pay nothing themselves. */
export function isDescription(entry: Pick<OutboxEntry, 'kind'>): boolean {
  return Object.values(DESCRIPTION).some((kind) => kind === OUTBOX_KINDS[entry.kind]);
}

/** Every outbox message up to a block, in order. */
export async function readOutbox(client: PublicClient, lastBlock: bigint): Promise<OutboxEntry[]> {
  const logs = await inSpans(lastBlock, (range) =>
    client.getContractEvents({
      ...range,
      address: PREDEPLOYS.outbox,
      abi: outboxAbi,
      eventName: 'MessageAppended',
      strict: true,
    }),
  );
  const entries = logs.map<OutboxEntry>(({ args, blockNumber }) => ({
    index: args.index,
    kind: args.kind,
    payload: args.payload,
    leaf: args.leaf,
    blockNumber,
  }));
  return entries.sort((a, b) => (a.index < b.index ? -1 : 1));
}

/** Arguments of Bridge.execute for one range of messages. */
export type ExecuteRange = { start: bigint; messages: { kind: number; payload: Hex }[]; proof: Hash[] };

/**
 * What has to be executed so that message `index` is carried out: itself, and before it the description of its token
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
  const described = describedBy(target);
  if (described !== null) {
    const description = entries.find(
      (entry) => OUTBOX_KINDS[entry.kind] === described && entry.index < index && tokenOf(entry) === tokenOf(target),
    );
    if (description !== undefined && isOpen(description.index)) wanted.unshift(description.index);
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

/** Kind of the message without which this one cannot be carried out; null when it stands alone. */
function describedBy(entry: OutboxEntry): OutboxMessage['kind'] | null {
  const kind = OUTBOX_KINDS[entry.kind];
  return kind === 'mintErc721' || kind === 'mintErc20' || kind === 'mintErc1155' ? DESCRIPTION[kind] : null;
}

/** The layer's token that a message is about; null when it has none or cannot be read. */
function tokenOf(entry: OutboxEntry): string | null {
  try {
    const message = decodeOutboxMessage(entry.kind, entry.payload);
    return 'l2Token' in message ? message.l2Token.toLowerCase() : null;
  } catch {
    return null;
  }
}
