import { type L1Client, rollupAbi } from '@tephra/l1';
import { type Address, zeroAddress } from 'viem';
import { isIsolated, terminalPackIndex } from '../batcher/index.ts';
import type { ChainReader } from '../chain.ts';

/** A pack whose outbox can be paid, once its window is over. */
export type PayablePack = {
  index: bigint;
  firstBlock: bigint;
  lastBlock: bigint;
  windowEnd: bigint;
  /** Zero, or the account whose own twins the pack mints: an addendum that nobody could dispute. */
  poster: Address;
};

/**
 * The pack that ended the settlement, if it describes this chain; undefined while it is not on the L1. Addenda may lie on
 * top of it.
 */
export async function terminalPack(
  client: L1Client,
  rollup: Address,
  chain: ChainReader,
): Promise<PayablePack | undefined> {
  const index = await terminalPackIndex(client, rollup);
  if (index === 0n) return undefined;
  const parent = await client.readContract({
    address: rollup,
    abi: rollupAbi,
    functionName: 'packRecord',
    args: [index - 1n],
  });
  return payable(client, rollup, chain, index, parent.lastBlock);
}

/** Addenda that this chain holds and that pay to everybody's twins or to those of `poster`, oldest first. */
export async function addenda(
  client: L1Client,
  rollup: Address,
  chain: ChainReader,
  poster: Address,
): Promise<PayablePack[]> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  const [terminal, count] = await Promise.all([
    terminalPackIndex(client, rollup),
    client.readContract({ ...contract, functionName: 'packCount' }),
  ]);
  const packs: PayablePack[] = [];
  if (terminal === 0n) return packs;
  // Packs that this chain does not hold, of others, may lie between one and the next that builds on it.
  let { lastBlock } = await client.readContract({ ...contract, functionName: 'packRecord', args: [terminal] });
  for (let index = terminal + 1n; index <= count; index++) {
    const pack = await payable(client, rollup, chain, index, lastBlock);
    if (!pack || (pack.poster !== zeroAddress && pack.poster.toLowerCase() !== poster.toLowerCase())) continue;
    packs.push(pack);
    lastBlock = pack.lastBlock;
  }
  return packs;
}

/**
 * Whether the terminal pack that was found is final. Fallen: a dispute voided it, and what was posted since may lie elsewhere,
 * since a pack falls with every one before it.
 */
export async function fateOf(
  client: L1Client,
  rollup: Address,
  chain: ChainReader,
  pack: PayablePack,
): Promise<'final' | 'open' | 'fallen'> {
  const now = await terminalPack(client, rollup, chain);
  if (now?.index !== pack.index) return 'fallen';
  return (await isFinalised(client, rollup, pack.index)) ? 'final' : 'open';
}

export async function isFinalised(client: L1Client, rollup: Address, index: bigint): Promise<boolean> {
  return client.readContract({ address: rollup, abi: rollupAbi, functionName: 'isFinalised', args: [index] });
}

/** Undefined for a pack that does not describe this chain. */
async function payable(
  client: L1Client,
  rollup: Address,
  chain: ChainReader,
  index: bigint,
  parentBlock: bigint,
): Promise<PayablePack | undefined> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  const [record, isolated] = await Promise.all([
    client.readContract({ ...contract, functionName: 'packRecord', args: [index] }),
    isIsolated(client, rollup, index),
  ]);
  if (chain.blockByNumber(record.lastBlock)?.outputRoot !== record.outputRoot) return undefined;
  return {
    index,
    firstBlock: parentBlock + 1n,
    lastBlock: record.lastBlock,
    windowEnd: record.windowEnd,
    poster: isolated ? record.proposer : zeroAddress,
  };
}
