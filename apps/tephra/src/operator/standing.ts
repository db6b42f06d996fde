import { delegationManagerAbi, registryCoordinatorAbi, stakeRegistryAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import type { RestakingNetwork } from './network.ts';
import { currentQuorums } from './opt-in.ts';
import { readAllocationDelay, readMetadataUri } from './registration.ts';

/** What an operator has on one network. */
export type OperatorStanding = {
  /** L1 blocks; null while it is not in effect. */
  allocationDelay: number | null;
  metadataUri: string | null;
  /** Delegated shares, those of which there are some. */
  stakes: { symbol: string; strategy: Address; shares: bigint }[];
  registrations: { avs: string; quorums: { number: number; name: string; weight: bigint }[] }[];
};

/** Reads it from the L1. */
export async function readStanding(
  { l1, restaking, avss }: Pick<RestakingNetwork, 'l1' | 'restaking' | 'avss'>,
  operator: Address,
): Promise<OperatorStanding> {
  const { delegationManager, allocationManager, strategies, deployedAtBlock } = restaking;
  const [allocationDelay, metadataUri, shares, registrations] = await Promise.all([
    readAllocationDelay(l1, allocationManager, operator),
    readMetadataUri(l1, delegationManager, operator, deployedAtBlock),
    l1.readContract({
      address: delegationManager,
      abi: delegationManagerAbi,
      functionName: 'getOperatorShares',
      args: [operator, strategies.map(({ strategy }) => strategy)],
    }),
    Promise.all(
      avss.map(async (avs) => {
        const numbers = await currentQuorums(avs, l1, operator);
        const id = await l1.readContract({
          address: avs.registryCoordinator,
          abi: registryCoordinatorAbi,
          functionName: 'getOperatorId',
          args: [operator],
        });
        const quorums = await Promise.all(
          numbers.map(async (number) => ({
            number,
            name: avs.quorums.find((quorum) => quorum.number === number)?.name ?? String(number),
            weight: await l1.readContract({
              address: avs.stakeRegistry,
              abi: stakeRegistryAbi,
              functionName: 'getCurrentStake',
              args: [id, number],
            }),
          })),
        );
        return { avs: avs.name, quorums };
      }),
    ),
  ]);
  return {
    allocationDelay: allocationDelay ?? null,
    metadataUri: metadataUri ?? null,
    stakes: strategies
      .map(({ symbol, strategy }, index) => ({ symbol, strategy, shares: shares[index]! }))
      .filter((stake) => stake.shares > 0n),
    registrations,
  };
}
