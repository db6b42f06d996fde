import { type L1Client, rollupAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import type { ChainReader } from '../chain.ts';

export type TerminalPack = { index: bigint; windowEnd: bigint };

/**
 * The terminal pack that ends at the chain's head. Addenda of others, which this chain does not hold, may lie on top of it;
 * undefined while it is not on the L1.
 */
export async function terminalPack(
  client: L1Client,
  rollup: Address,
  chain: ChainReader,
): Promise<TerminalPack | undefined> {
  const head = chain.head().number;
  const outputRoot = chain.blockByNumber(head)?.outputRoot;
  const contract = { address: rollup, abi: rollupAbi } as const;
  let index = await client.readContract({ ...contract, functionName: 'packCount' });
  for (; index > 0n; index--) {
    const record = await client.readContract({ ...contract, functionName: 'packRecord', args: [index] });
    if (!record.terminal || record.lastBlock < head) return undefined;
    if (record.lastBlock === head && record.outputRoot === outputRoot) return { index, windowEnd: record.windowEnd };
  }
  return undefined;
}

export async function isFinalised(client: L1Client, rollup: Address, index: bigint): Promise<boolean> {
  return client.readContract({ address: rollup, abi: rollupAbi, functionName: 'isFinalised', args: [index] });
}
