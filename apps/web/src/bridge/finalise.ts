import { bridgeAbi, rollupAbi } from '@tephra/l1/abis';
import { type Address, encodeFunctionData, type Hex, type PublicClient } from 'viem';
import { isDescription, rangesFor, readOutbox } from './outbox.ts';

/**
 * Calls of the L1 bridge that pay withdrawal `index` of block `blockNumber`, each with its proof under the newest final pack.
 * @throws Error when no final pack covers the block yet.
 */
export async function finaliseCalls(input: {
  l1: PublicClient;
  l2: PublicClient;
  rollup: Address;
  bridge: Address;
  index: bigint;
  blockNumber: bigint;
}): Promise<Hex[]> {
  const { l1, l2, rollup, bridge, index, blockNumber } = input;
  const pack = await l1.readContract({ address: rollup, abi: rollupAbi, functionName: 'finalisedPack' });
  const record = await l1.readContract({ address: rollup, abi: rollupAbi, functionName: 'packRecord', args: [pack] });
  if (record.lastBlock < blockNumber)
    throw new Error('The pack that holds this withdrawal is not final on the L1 yet.');
  const entries = await readOutbox(l2, record.lastBlock);
  const done = await Promise.all(
    entries
      .filter((entry) => entry.index < index && isDescription(entry))
      .map(async (entry) => ({
        index: entry.index,
        executed: await l1.readContract({
          address: bridge,
          abi: bridgeAbi,
          functionName: 'isExecuted',
          args: [entry.index],
        }),
      })),
  );
  const open = new Set(done.filter((each) => !each.executed).map((each) => each.index));
  return rangesFor(entries, record.outboxRoot, index, (each) => open.has(each)).map(({ start, messages, proof }) =>
    encodeFunctionData({ abi: bridgeAbi, functionName: 'execute', args: [pack, start, messages, proof] }),
  );
}
