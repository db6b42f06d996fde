import { chainStateAbi, outboxAbi, rollupAbi } from '@tephra/l1/abis';
import { HISTORY_LENGTH, historyRoot, type Output, outputRoot, PREDEPLOYS } from '@tephra/protocol';
import { decodeFunctionData, type Hash, type PublicClient } from 'viem';

/** What a block commits to beside its own header: outbox, inbox and L1 origin after it. */
export type BlockCommitments = Omit<Output, 'stateRoot' | 'blockHash' | 'historyRoot'> & { outboxCount: bigint };

/** Reads the commitments from the state after block `blockNumber`; fails where a node has dropped that state. */
export async function readCommitments(client: PublicClient, blockNumber: bigint): Promise<BlockCommitments> {
  const state = { address: PREDEPLOYS.chainState, abi: chainStateAbi, blockNumber } as const;
  const outbox = { address: PREDEPLOYS.outbox, abi: outboxAbi, blockNumber } as const;
  const [outboxRoot, outboxCount, inboxPosition, inboxAccumulator, l1OriginNumber, l1OriginHash] = await Promise.all([
    client.readContract({ ...outbox, functionName: 'root' }),
    client.readContract({ ...outbox, functionName: 'count' }),
    client.readContract({ ...state, functionName: 'inboxPosition' }),
    client.readContract({ ...state, functionName: 'inboxAccumulator' }),
    client.readContract({ ...state, functionName: 'l1OriginNumber' }),
    client.readContract({ ...state, functionName: 'l1OriginHash' }),
  ]);
  return { outboxRoot, outboxCount, inboxPosition, inboxAccumulator, l1OriginNumber, l1OriginHash };
}

/** Output root of a block, computed here from what the layer shows. */
export async function computeOutputRoot(client: PublicClient, blockNumber: bigint): Promise<Hash> {
  const first = blockNumber >= BigInt(HISTORY_LENGTH) ? blockNumber - BigInt(HISTORY_LENGTH) + 1n : 0n;
  const numbers: bigint[] = [];
  for (let n = first; n <= blockNumber; n += 1n) numbers.push(n);
  const [blocks, commitments] = await Promise.all([
    Promise.all(numbers.map((number) => client.getBlock({ blockNumber: number }))),
    readCommitments(client, blockNumber),
  ]);
  const block = blocks.at(-1);
  if (block === undefined) throw new Error(`The layer has no block ${blockNumber}.`);
  return outputRoot({
    ...commitments,
    stateRoot: block.stateRoot,
    blockHash: block.hash,
    historyRoot: historyRoot(
      blocks.map((each) => each.hash),
      blockNumber,
    ),
  });
}

/** Output root of a block as the proposer claimed it in its pack on the L1; null when the transaction holds no such pack. */
export async function claimedOutputRoot(
  l1: PublicClient,
  l1TransactionHash: Hash,
  blockNumber: bigint,
): Promise<Hash | null> {
  const { input } = await l1.getTransaction({ hash: l1TransactionHash });
  const call = decodeFunctionData({ abi: rollupAbi, data: input });
  if (call.functionName !== 'submitPack') return null;
  const [pack] = call.args;
  return pack.outputRoots[Number(blockNumber - pack.firstBlock)] ?? null;
}
