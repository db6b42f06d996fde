import { batchRegistryAbi, type L1Client, rollupAbi } from '@tephra/l1';
import type { Address, Hash, Hex, Pack } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';

/** What the L1 says about the newest pack of a chain. */
export type L1Tip = {
  index: bigint;
  lastBlock: bigint;
  outputRoot: Hash;
  terminal: boolean;
  l1Block: bigint;
};

/** State of the rollup contract after L1 block `blockNumber` (default: newest). */
export async function readTip(client: L1Client, rollup: Address, blockNumber?: bigint): Promise<L1Tip> {
  const l1Block = blockNumber ?? (await client.getBlockNumber());
  const at = { address: rollup, abi: rollupAbi, blockNumber: l1Block } as const;
  const index = await client.readContract({ ...at, functionName: 'packCount' });
  const record = await client.readContract({ ...at, functionName: 'packRecord', args: [index] });
  return { index, lastBlock: record.lastBlock, outputRoot: record.outputRoot, terminal: record.terminal, l1Block };
}

/** Hashes of `frames` that no L1 transaction has carried yet. */
export async function missingFrames(client: L1Client, registry: Address, frames: Hash[]): Promise<Set<Hash>> {
  const posted = await Promise.all(
    frames.map((frame) =>
      client.readContract({ address: registry, abi: batchRegistryAbi, functionName: 'postedAt', args: [frame] }),
    ),
  );
  return new Set(frames.filter((_, i) => posted[i] === 0n));
}

export function postFrameData(frame: Hex): Hex {
  return encodeFunctionData({ abi: batchRegistryAbi, functionName: 'post', args: [frame] });
}

export function submitPackData(pack: Pack): Hex {
  return encodeFunctionData({ abi: rollupAbi, functionName: 'submitPack', args: [pack] });
}
