import { describe, expect, it } from 'vitest';
import { createApiClient } from '../client/client.ts';
import {
  avsDeploymentAnswer,
  avsDeploymentOf,
  deploymentFile,
  restakingDeploymentAnswer,
  restakingDeploymentOf,
} from './deployment.ts';
import { stakerAnswer } from './stakers.ts';

const address = (digit: number) => `0x${String(digit).repeat(40)}` as const;

const deployment = {
  delegationManager: address(1),
  strategyManager: address(2),
  allocationManager: address(3),
  avsDirectory: address(4),
  rewardsCoordinator: address(5),
  permissionController: address(6),
  pauserRegistry: address(7),
  nativeEthManager: address(8),
  strategyFactory: address(9),
  strategies: [
    { kind: 'native' as const, symbol: 'ETH', name: 'Ether', decimals: 18, token: null, strategy: address(1) },
  ],
  withdrawalDelayBlocks: 100,
  calculationIntervalSeconds: 60,
  deployedAtBlock: 2n ** 60n,
};
const avs = {
  name: 'echo',
  kind: 'bls' as const,
  serviceManager: address(1),
  registryCoordinator: address(2),
  stakeRegistry: address(3),
  blsApkRegistry: address(4),
  indexRegistry: address(5),
  operatorStateRetriever: address(6),
  allowlist: address(7),
  taskManager: null,
  quorums: [
    {
      number: 0,
      name: 'ETH and LSTs',
      thresholdPercentage: 67,
      strategies: [{ strategy: address(1), multiplier: 10n ** 18n }],
      minimumStake: 10n ** 30n,
    },
  ],
  deployedAtBlock: 7n,
};

describe('a deployment', () => {
  it('survives JSON, whatever the size of its numbers', () => {
    const file = {
      l1ChainId: 900,
      deployment: restakingDeploymentAnswer(deployment),
      avss: [avsDeploymentAnswer(avs)],
    };
    const read = deploymentFile.parse(JSON.parse(JSON.stringify(file)));
    expect(restakingDeploymentOf(read.deployment)).toEqual(deployment);
    expect(read.avss.map(avsDeploymentOf)).toEqual([avs]);
  });

  it('is not taken from a file that lacks a contract', () => {
    const { strategyManager: _, ...incomplete } = restakingDeploymentAnswer(deployment);
    expect(deploymentFile.safeParse({ l1ChainId: 900, deployment: incomplete, avss: [] }).success).toBe(false);
  });
});

describe('the client', () => {
  it('asks for a staker and for a page of operators', async () => {
    const staker = {
      address: address(1),
      delegatedTo: null,
      deposits: [],
      queuedWithdrawals: [],
      rewards: [],
      rewardsClaim: null,
    };
    const urls: string[] = [];
    const client = createApiClient({
      baseUrl: 'http://platform',
      fetch: async (url) => {
        urls.push(String(url));
        return Response.json(String(url).includes('stakers') ? staker : { items: [], nextCursor: null });
      },
    });
    expect(await client.getStaker({ params: { address: address(1) } })).toEqual(staker);
    expect(await client.listOperators({ query: { limit: 5, cursor: '7' } })).toEqual({ items: [], nextCursor: null });
    expect(urls).toEqual([
      `http://platform/v1/restaking/stakers/${address(1)}`,
      'http://platform/v1/restaking/operators?limit=5&cursor=7',
    ]);
  });

  it('refuses amounts with a fraction or sign', () => {
    const staker = {
      address: address(1),
      delegatedTo: null,
      deposits: [
        { strategy: address(2), symbol: 'ETH', depositShares: '1', withdrawableShares: '1', underlying: '1.5' },
      ],
      queuedWithdrawals: [],
      rewards: [],
      rewardsClaim: null,
    };
    expect(stakerAnswer.safeParse(staker).success).toBe(false);
  });
});
