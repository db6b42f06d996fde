import type { Address } from '@tephra/protocol';

/**
 * What a strategy holds: `native` the L1's coin, `lst` a liquid staking token, `dapp` the token of a dApp (dual staking).
 */
export type StrategyKind = 'native' | 'lst' | 'dapp';

/** One strategy that a deployment brought. `token` is null for native coin, which has no contract. */
export type StrategyDeployment = {
  kind: StrategyKind;
  symbol: string;
  name: string;
  decimals: number;
  token: Address | null;
  /** Key of the strategy in all share accounting; for `native` a constant at which no contract lies. */
  strategy: Address;
};

/** Where the restaking core lives on one L1, and the delays that it was deployed with. */
export type RestakingDeployment = {
  delegationManager: Address;
  strategyManager: Address;
  allocationManager: Address;
  avsDirectory: Address;
  rewardsCoordinator: Address;
  permissionController: Address;
  pauserRegistry: Address;
  nativeEthManager: Address;
  strategyFactory: Address;
  strategies: StrategyDeployment[];
  /** L1 blocks between queueing and completing a withdrawal. */
  withdrawalDelayBlocks: number;
  /** Rewards start and last for multiples of this, seconds. */
  calculationIntervalSeconds: number;
  /** No log of these contracts is older than this L1 block. */
  deployedAtBlock: bigint;
};
