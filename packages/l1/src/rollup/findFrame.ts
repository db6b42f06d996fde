import type { Address, Hash, Hex } from '@tephra/protocol';
import { decodeFunctionData, getAbiItem, keccak256, toFunctionSelector } from 'viem';
import type { L1Client } from '../client.ts';
import { batchRegistryAbi } from '../generated/abis.ts';

const POST_SELECTOR = toFunctionSelector(getAbiItem({ abi: batchRegistryAbi, name: 'post' }));
const FRAME_POSTED = getAbiItem({ abi: batchRegistryAbi, name: 'FramePosted' });

/**
 * A batch frame by its hash, from the calldata of the transaction that posted it.
 * @returns the frame, undefined where the endpoint has no such transaction; and the L1 block of its post, 0 when there was none
 * @throws what viem throws when the L1 does not answer
 */
export async function findFrame(
  client: L1Client,
  registry: Address,
  frameHash: Hash,
): Promise<{ frame: Hex | undefined; postedAt: bigint }> {
  const contract = { address: registry, abi: batchRegistryAbi } as const;
  const postedAt = await client.readContract({ ...contract, functionName: 'postedAt', args: [frameHash] });
  if (postedAt === 0n) return { frame: undefined, postedAt };
  const logs = await client.getLogs({
    address: registry,
    event: FRAME_POSTED,
    args: { frameHash },
    fromBlock: postedAt,
    toBlock: postedAt,
    strict: true,
  });
  for (const log of logs) {
    const { input } = await client.getTransaction({ hash: log.transactionHash });
    const frame = decodeFrame(input);
    if (frame !== undefined && keccak256(frame) === frameHash) return { frame, postedAt };
  }
  return { frame: undefined, postedAt };
}

function decodeFrame(data: Hex): Hex | undefined {
  if (!data.startsWith(POST_SELECTOR)) return undefined;
  try {
    const call = decodeFunctionData({ abi: batchRegistryAbi, data });
    return call.functionName === 'post' ? call.args[0] : undefined;
  } catch {
    return undefined;
  }
}
