import { batchRegistryAbi, type L1Client, rollupAbi } from '@tephra/l1';
import type { Address, Hash, Hex, Pack } from '@tephra/protocol';
import { BaseError, ContractFunctionRevertedError, encodeFunctionData } from 'viem';

/** What the L1 says about the newest pack of a chain, or the pack that the next of somebody builds on. */
export type L1Tip = {
  /** Of the newest pack. */
  index: bigint;
  lastBlock: bigint;
  outputRoot: Hash;
  terminal: boolean;
  l1Block: bigint;
  /** How often packs of the chain were voided. */
  revertEpoch: bigint;
};

/**
 * State of the rollup contract.
 * @param options.blockNumber after this L1 block; default the newest
 * @param options.poster for whom the pack to build on is wanted; default the newest pack of all
 */
export async function readTip(
  client: L1Client,
  rollup: Address,
  options: { blockNumber?: bigint; poster?: Address } = {},
): Promise<L1Tip> {
  const l1Block = options.blockNumber ?? (await client.getBlockNumber());
  const at = { address: rollup, abi: rollupAbi, blockNumber: l1Block } as const;
  const [index, revertEpoch, head] = await Promise.all([
    client.readContract({ ...at, functionName: 'packCount' }),
    client.readContract({ ...at, functionName: 'revertEpoch' }),
    options.poster && orUndefined(client.readContract({ ...at, functionName: 'headFor', args: [options.poster] })),
  ]);
  const record = await client.readContract({ ...at, functionName: 'packRecord', args: [head ?? index] });
  const { lastBlock, outputRoot, terminal } = record;
  return { index, lastBlock, outputRoot, terminal, l1Block, revertEpoch };
}

/** Index of the pack that ended the settlement; 0 while there is none. */
export async function terminalPackIndex(client: L1Client, rollup: Address): Promise<bigint> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  const known = await orUndefined(client.readContract({ ...contract, functionName: 'terminalPack' }));
  if (known !== undefined) return known;
  // Of the first version: nothing follows the terminal pack there.
  const tip = await readTip(client, rollup);
  return tip.terminal ? tip.index : 0n;
}

/** Whether a pack is an addendum that pays to the twins of its poster alone. */
export async function isIsolated(client: L1Client, rollup: Address, index: bigint): Promise<boolean> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  return (await orUndefined(client.readContract({ ...contract, functionName: 'isIsolated', args: [index] }))) ?? false;
}

/** Rollups of the first version know no addenda: what asks about them fails there. */
async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError)) return;
    throw error;
  }
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
