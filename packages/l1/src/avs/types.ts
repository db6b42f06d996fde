import type { Address } from '@tephra/protocol';

/** How the operators of an AVS sign: BN254 aggregates, or one ECDSA signature each. */
export type AvsKind = 'bls' | 'ecdsa';

/** A strategy that counts in a quorum; weight = shares * multiplier / 1e18. */
export type QuorumStrategy = { strategy: Address; multiplier: bigint };

/** Quorum N of an AVS is its operator set N. */
export type AvsQuorum = {
  number: number;
  /** Short name for people, such as "ETH and LSTs". */
  name: string;
  /** Share of the quorum's stake that must sign, percent (1 to 100). */
  thresholdPercentage: number;
  strategies: QuorumStrategy[];
  /** Least weight an operator needs to be in the quorum, in the unit of weights (wei for ETH). */
  minimumStake: bigint;
};

/** Where the contracts of one AVS live. The AVS's own address, in the core's registries, is its service manager. */
export type AvsDeployment = {
  /** Stable key, `echo` for the example that comes with the platform. */
  name: string;
  kind: AvsKind;
  serviceManager: Address;
  registryCoordinator: Address;
  stakeRegistry: Address;
  blsApkRegistry: Address;
  indexRegistry: Address;
  operatorStateRetriever: Address;
  allowlist: Address;
  /** Contract that gives and settles tasks; null where an AVS has none. */
  taskManager: Address | null;
  quorums: AvsQuorum[];
  /** No log of these contracts is older than this L1 block. */
  deployedAtBlock: bigint;
};
