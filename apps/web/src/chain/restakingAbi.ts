import {
  allocationManagerAbi,
  avsDirectoryAbi,
  blsApkRegistryAbi,
  delegationManagerAbi,
  echoTaskManagerAbi,
  indexRegistryAbi,
  nativeEthManagerAbi,
  operatorAllowlistAbi,
  permissionControllerAbi,
  registryCoordinatorAbi,
  rewardsCoordinatorAbi,
  stakeRegistryAbi,
  strategyBaseAbi,
  strategyManagerAbi,
  vitalAttestationAbi,
} from '@tephra/l1/abis';
import type { Abi } from 'viem';

/** Contracts of restaking and its AVSs, which stand on the L1 alone: pages of layers need not carry them. */
export const RESTAKING_CONTRACTS: readonly { contract: string; abi: Abi }[] = [
  { contract: 'DelegationManager', abi: delegationManagerAbi },
  { contract: 'StrategyManager', abi: strategyManagerAbi },
  { contract: 'NativeEthManager', abi: nativeEthManagerAbi },
  { contract: 'AllocationManager', abi: allocationManagerAbi },
  { contract: 'AVSDirectory', abi: avsDirectoryAbi },
  { contract: 'RewardsCoordinator', abi: rewardsCoordinatorAbi },
  { contract: 'PermissionController', abi: permissionControllerAbi },
  { contract: 'Strategy', abi: strategyBaseAbi },
  { contract: 'EchoTaskManager', abi: echoTaskManagerAbi },
  { contract: 'VitalAttestation', abi: vitalAttestationAbi },
  { contract: 'RegistryCoordinator', abi: registryCoordinatorAbi },
  { contract: 'StakeRegistry', abi: stakeRegistryAbi },
  { contract: 'BLSApkRegistry', abi: blsApkRegistryAbi },
  { contract: 'IndexRegistry', abi: indexRegistryAbi },
  { contract: 'OperatorAllowlist', abi: operatorAllowlistAbi },
];

export const RESTAKING_ABI: Abi = RESTAKING_CONTRACTS.flatMap(({ abi }) => abi);
