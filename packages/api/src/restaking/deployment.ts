import { z } from 'zod';
import { addressAnswer, decimalString } from '../fields.ts';

/** What can be restaked: `native` is ETH itself, `lst` a token that stands for staked ETH, `dapp` any other token. */
export const STRATEGY_KINDS = ['native', 'lst', 'dapp'] as const;

export const restakingStrategy = z.object({
  kind: z.enum(STRATEGY_KINDS),
  symbol: z.string(),
  name: z.string(),
  decimals: z.number(),
  /** Null for native ETH. */
  token: addressAnswer.nullable(),
  /** Contract that holds it; for native ETH the key under which its shares are counted. */
  strategy: addressAnswer,
});
export type RestakingStrategy = z.infer<typeof restakingStrategy>;

/** Contracts of the restaking core on one L1. */
export const restakingDeployment = z.object({
  delegationManager: addressAnswer,
  strategyManager: addressAnswer,
  allocationManager: addressAnswer,
  avsDirectory: addressAnswer,
  rewardsCoordinator: addressAnswer,
  permissionController: addressAnswer,
  pauserRegistry: addressAnswer,
  nativeEthManager: addressAnswer,
  strategyFactory: addressAnswer,
  strategies: z.array(restakingStrategy),
  /** L1 blocks from queueing a withdrawal until it can be completed. */
  withdrawalDelayBlocks: z.number(),
  /** Ranges of rewards begin and end at multiples of this. */
  calculationIntervalSeconds: z.number(),
  /** L1 block number. */
  deployedAtBlock: decimalString,
});
export type RestakingDeploymentAnswer = z.infer<typeof restakingDeployment>;

export const avsQuorum = z.object({
  number: z.number(),
  name: z.string(),
  /** Percent of the quorum's weight that a certificate needs. */
  thresholdPercentage: z.number(),
  strategies: z.array(
    z.object({
      strategy: addressAnswer,
      /** Weight per share, 1e18 = one to one. */
      multiplier: decimalString,
    }),
  ),
  /** Least weight of an operator. */
  minimumStake: decimalString,
});
export type AvsQuorum = z.infer<typeof avsQuorum>;

/** Contracts of one AVS. */
export const avsDeployment = z.object({
  /** Name in this API's paths and in `--avs`. */
  name: z.string(),
  /** How operators sign: `bls` certificates over BN254, or `ecdsa` signatures one by one. */
  kind: z.enum(['bls', 'ecdsa']),
  /** The AVS's address in AVSDirectory and AllocationManager. */
  serviceManager: addressAnswer,
  registryCoordinator: addressAnswer,
  stakeRegistry: addressAnswer,
  blsApkRegistry: addressAnswer,
  indexRegistry: addressAnswer,
  operatorStateRetriever: addressAnswer,
  allowlist: addressAnswer,
  /** Null for an AVS without tasks on the L1. */
  taskManager: addressAnswer.nullable(),
  quorums: z.array(avsQuorum),
  /** L1 block number. */
  deployedAtBlock: decimalString,
});
export type AvsDeploymentAnswer = z.infer<typeof avsDeployment>;

/** What a deployment file (`--deployment`, `--restaking-deployment`) holds: the same words as `GET /v1/restaking`. */
export const deploymentFile = z.object({
  l1ChainId: z.number(),
  deployment: restakingDeployment,
  avss: z.array(avsDeployment),
});
export type DeploymentFile = z.infer<typeof deploymentFile>;

/** The answer's form with its block number as bigint, as programs use it. */
export function restakingDeploymentOf(answer: RestakingDeploymentAnswer) {
  return { ...answer, deployedAtBlock: BigInt(answer.deployedAtBlock) };
}

/** The answer's form with bigint block number, multipliers and stakes. */
export function avsDeploymentOf(answer: AvsDeploymentAnswer) {
  return {
    ...answer,
    deployedAtBlock: BigInt(answer.deployedAtBlock),
    quorums: answer.quorums.map((quorum) => ({
      ...quorum,
      minimumStake: BigInt(quorum.minimumStake),
      strategies: quorum.strategies.map(({ strategy, multiplier }) => ({ strategy, multiplier: BigInt(multiplier) })),
    })),
  };
}

/** Inverse of {@link restakingDeploymentOf}; keeps only what the answer has. */
export function restakingDeploymentAnswer(
  deployment: ReturnType<typeof restakingDeploymentOf>,
): RestakingDeploymentAnswer {
  return restakingDeployment.parse({ ...deployment, deployedAtBlock: deployment.deployedAtBlock.toString() });
}

/** Inverse of {@link avsDeploymentOf}. */
export function avsDeploymentAnswer(deployment: ReturnType<typeof avsDeploymentOf>): AvsDeploymentAnswer {
  return avsDeployment.parse({
    ...deployment,
    deployedAtBlock: deployment.deployedAtBlock.toString(),
    quorums: deployment.quorums.map((quorum) => ({
      ...quorum,
      minimumStake: quorum.minimumStake.toString(),
      strategies: quorum.strategies.map(({ strategy, multiplier }) => ({
        strategy,
        multiplier: multiplier.toString(),
      })),
    })),
  });
}

/** How far the platform is with its restaking contracts. */
export const RESTAKING_STATUSES = ['off', 'deploying', 'ready', 'failed'] as const;

export const restakingInfo = z.object({
  /**
   * `off`: this platform has none. `deploying`: contracts are on their way, or the indexer has not read them yet.
   * `failed`: see `problem`; it is tried again.
   */
  status: z.enum(RESTAKING_STATUSES),
  /** What is being done, or why it does not go on; null when ready. */
  problem: z.string().nullable(),
  /** Null until it is known. */
  deployment: restakingDeployment.nullable(),
  avss: z.array(avsDeployment),
  l1ChainId: z.number(),
  /** Newest L1 block that the answers of this API know of; 0 before the first. */
  l1Block: z.number(),
  /** Time between L1 blocks, to turn delays in blocks into time. */
  blockTimeMs: z.number(),
});
export type RestakingInfo = z.infer<typeof restakingInfo>;
