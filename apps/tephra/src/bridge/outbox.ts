import { inRanges, outboxAbi } from '@tephra/l1';
import { decodeOutboxMessage, type Hash, type Hex, type OutboxMessage, OutboxTree, PREDEPLOYS } from '@tephra/protocol';
import { CliError } from '../cli/errors.ts';
import type { LayerChain } from './layer-chain.ts';

export type OutboxEntry = {
  index: bigint;
  kind: number;
  payload: Hex;
  leaf: Hash;
  message: OutboxMessage;
  l2BlockNumber: bigint;
  l2TransactionHash: Hash;
};

const SPAN = 5_000n;

/** Every outbox message that the layer wrote up to a block, in order. */
export async function readOutbox(chain: LayerChain, lastBlock: bigint): Promise<OutboxEntry[]> {
  const events = await inRanges({ from: 0n, to: lastBlock, span: SPAN }, (fromBlock, toBlock) =>
    chain.l2.getContractEvents({
      address: PREDEPLOYS.outbox,
      abi: outboxAbi,
      eventName: 'MessageAppended',
      fromBlock,
      toBlock,
      strict: true,
    }),
  );
  return events.map(({ args, blockNumber, transactionHash }) => ({
    index: args.index,
    kind: args.kind,
    payload: args.payload,
    leaf: args.leaf,
    message: decodeOutboxMessage(args.kind, args.payload),
    l2BlockNumber: blockNumber,
    l2TransactionHash: transactionHash,
  }));
}

/**
 * Proof of messages start .. start + count - 1 under the outbox root of a pack.
 * @throws CliError VERIFICATION_FAILED when the layer's logs do not hash to the root that the L1 knows.
 */
export function proveRange(entries: OutboxEntry[], root: Hash, start: bigint, count: number): Hash[] {
  const tree = OutboxTree.fromLeaves(entries.map((entry) => entry.leaf));
  if (tree.root() !== root) {
    throw new CliError('VERIFICATION_FAILED', 'the outbox messages of the layer do not hash to the root on the L1', {
      details: { expected: root, found: tree.root(), messages: entries.length },
      hint: 'Rebuild the chain from the L1 with ./tephra rebuild and compare.',
    });
  }
  return tree.rangeProof(Number(start), count);
}
