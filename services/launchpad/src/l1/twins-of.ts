import type { LayerImport } from '@tephra/api';
import { bridgeAbi, inRanges, rollupAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { isAddressEqual, zeroAddress } from 'viem';
import type { LifecycleContext } from '../lifecycle/context.ts';

/** A token on the L1 that stands for one which was born on a layer. */
export type Twin = Pick<LayerImport['tokens'][number], 'standard' | 'oldToken' | 'l1Twin'>;

/** Standard of a twin by the OutboxKind (IBridge.sol) that mints on it: MintNative, MintErc721, MintErc20, MintErc1155. */
const STANDARD_OF_KIND: Record<number, Twin['standard']> = { 3: 'erc20', 5: 'erc721', 8: 'erc20', 10: 'erc1155' };
const STANDARDS = ['erc20', 'erc721', 'erc1155'] as const;

/** Index of a standard as TokenStandard of IInbox.sol. */
export function standardIndex(standard: Twin['standard']): number {
  return STANDARDS.indexOf(standard);
}

/**
 * The twins of all that was born on a layer, its native coin included, in order of their deployment; from the L1 alone.
 * Those of addenda by strangers, which nobody could dispute, are not among them.
 */
export async function twinsOf(
  rollup: Address,
  fromBlock: bigint,
  { client }: Pick<LifecycleContext, 'client'>,
): Promise<Twin[]> {
  const [bridge, head] = await Promise.all([
    client.readContract({ address: rollup, abi: rollupAbi, functionName: 'bridge' }),
    client.getBlockNumber(),
  ]);
  const events = await inRanges({ from: fromBlock, to: head }, (from, to) =>
    client.getContractEvents({
      address: bridge,
      abi: bridgeAbi,
      eventName: 'TwinDeployed',
      fromBlock: from,
      toBlock: to,
      strict: true,
    }),
  );
  const twins: Twin[] = [];
  for (const { args } of events) {
    const standard = STANDARD_OF_KIND[args.kind];
    if (standard === undefined) continue;
    if (!isAddressEqual(args.twin, await properTwin(bridge, args.l2Token, standard, client))) continue;
    const oldToken = isAddressEqual(args.l2Token, zeroAddress) ? null : args.l2Token;
    twins.push({ standard, oldToken, l1Twin: args.twin });
  }
  return twins;
}

function properTwin(
  bridge: Address,
  l2Token: Address,
  standard: Twin['standard'],
  client: LifecycleContext['client'],
): Promise<Address> {
  const read = { address: bridge, abi: bridgeAbi } as const;
  if (isAddressEqual(l2Token, zeroAddress)) return client.readContract({ ...read, functionName: 'nativeTwin' });
  const args = [l2Token, standardIndex(standard), zeroAddress] as const;
  return client.readContract({ ...read, functionName: 'tokenTwin', args });
}
