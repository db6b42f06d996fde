import type { Address } from '@tephra/protocol';
import { getAddress, numberToHex } from 'viem';
import type { IndexedDeployments } from '../follow/contracts.ts';

/** The address with this number. */
export function addressOf(number: number): Address {
  return getAddress(numberToHex(number, { size: 20 }));
}

export const NATIVE = getAddress('0xbeaC0eeEeeeeEEeEeEEEEeeEEeEeeeEeeEEBEaC0');
export const STETH = addressOf(0xe1);

/** Contracts at made-up addresses, with one AVS. */
export const DEPLOYMENTS: IndexedDeployments = {
  l1ChainId: 900,
  deployment: {
    delegationManager: addressOf(0xd1),
    strategyManager: addressOf(0xd2),
    allocationManager: addressOf(0xd3),
    avsDirectory: addressOf(0xd4),
    rewardsCoordinator: addressOf(0xd5),
    permissionController: addressOf(0xd6),
    pauserRegistry: addressOf(0xd7),
    nativeEthManager: addressOf(0xd8),
    strategyFactory: addressOf(0xd9),
    strategies: [
      { kind: 'native', symbol: 'ETH', name: 'Ether', decimals: 18, token: null, strategy: NATIVE },
      { kind: 'lst', symbol: 'dstETH', name: 'Staked ETH', decimals: 18, token: addressOf(0xe2), strategy: STETH },
    ],
    withdrawalDelayBlocks: 100,
    calculationIntervalSeconds: 60,
    deployedAtBlock: 1n,
  },
  avss: [
    {
      name: 'echo',
      kind: 'bls',
      serviceManager: addressOf(0xa1),
      registryCoordinator: addressOf(0xa2),
      stakeRegistry: addressOf(0xa3),
      blsApkRegistry: addressOf(0xa4),
      indexRegistry: addressOf(0xa5),
      operatorStateRetriever: addressOf(0xa6),
      allowlist: addressOf(0xa7),
      taskManager: addressOf(0xa8),
      quorums: [
        {
          number: 0,
          name: 'ETH and LSTs',
          thresholdPercentage: 67,
          strategies: [{ strategy: NATIVE, multiplier: 10n ** 18n }],
          minimumStake: 5n,
        },
      ],
      deployedAtBlock: 2n,
    },
  ],
};
