import type { AvsDeployment, RestakingDeployment } from '@tephra/l1';
import type { FollowedContract } from './decode-log.ts';

/** What one indexer reads: the core on one L1, and AVSs on top of it. */
export type IndexedDeployments = { l1ChainId: number; deployment: RestakingDeployment; avss: readonly AvsDeployment[] };

/** Contracts whose logs are read, by lower-case address. */
export function followedContracts({ deployment, avss }: IndexedDeployments): Map<string, FollowedContract> {
  const found: FollowedContract[] = [
    { source: 'delegation', address: deployment.delegationManager },
    { source: 'allocation', address: deployment.allocationManager },
    { source: 'directory', address: deployment.avsDirectory },
    { source: 'rewards', address: deployment.rewardsCoordinator },
  ];
  for (const { serviceManager: avs, registryCoordinator, stakeRegistry, blsApkRegistry, allowlist } of avss) {
    found.push(
      { source: 'coordinator', address: registryCoordinator, avs },
      { source: 'stakes', address: stakeRegistry, avs },
      { source: 'keys', address: blsApkRegistry, avs },
      { source: 'allowlist', address: allowlist, avs },
    );
  }
  return new Map(found.map((contract) => [contract.address.toLowerCase(), contract]));
}

/** Names what is read: an index of other contracts, or of another set of AVSs, has to be read anew. */
export function sourceOf(deployments: IndexedDeployments, genesisHash: string): string {
  const addresses = [...followedContracts(deployments).keys()].sort();
  return [deployments.l1ChainId, genesisHash, ...addresses].join(' ');
}

/** No log is older. */
export function firstBlockOf({ deployment, avss }: IndexedDeployments): number {
  return Math.min(Number(deployment.deployedAtBlock), ...avss.map((avs) => Number(avs.deployedAtBlock)));
}
