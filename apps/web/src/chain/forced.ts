import { inboxAbi } from '@tephra/l1/abis';
import { messageKindNumber } from '@tephra/protocol';
import { type Address, type Hash, keccak256, type PublicClient } from 'viem';

/** Who brought a transaction in through the L1, and where. */
export type ForcedOrigin = { sender: Address; inboxIndex: bigint; l1TransactionHash: Hash };

/** Finds a transaction of the layer among those that were forced in through its inbox; null when it came to the producer. */
export async function readForcedOrigin(
  l1: PublicClient,
  inbox: Address,
  createdAtBlock: bigint,
  hash: Hash,
): Promise<ForcedOrigin | null> {
  const logs = await l1.getContractEvents({
    address: inbox,
    abi: inboxAbi,
    eventName: 'MessageDelivered',
    args: { kind: messageKindNumber('forcedTransaction') },
    fromBlock: createdAtBlock,
    strict: true,
  });
  const found = logs.find((log) => keccak256(log.args.data) === hash.toLowerCase());
  if (found === undefined) return null;
  const { sender, index: inboxIndex } = found.args;
  return { sender, inboxIndex, l1TransactionHash: found.transactionHash };
}
