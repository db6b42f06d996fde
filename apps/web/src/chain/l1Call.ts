import { batchRegistryAbi, bridgeAbi, challengeManagerAbi, rollupAbi, rollupFactoryAbi } from '@tephra/l1/abis';
import { type Abi, decodeFunctionData, type Hex } from 'viem';
import { RESTAKING_ABI, RESTAKING_CONTRACTS } from './restakingAbi.ts';

const CONTRACTS: readonly { contract: string; abi: Abi }[] = [
  { contract: 'Rollup', abi: rollupAbi },
  { contract: 'Bridge', abi: bridgeAbi },
  { contract: 'BatchRegistry', abi: batchRegistryAbi },
  { contract: 'RollupFactory', abi: rollupFactoryAbi },
  { contract: 'ChallengeManager', abi: challengeManagerAbi },
  ...RESTAKING_CONTRACTS,
];

/** Calls and events of the L1 beyond those that layers have too. */
export const L1_ABI: Abi = [...RESTAKING_ABI, ...challengeManagerAbi];

/** "Rollup.submitPack" for a call of one of our L1 contracts; null for any other. */
export function decodeL1Call(input: Hex): string | null {
  for (const { contract, abi } of CONTRACTS) {
    try {
      return `${contract}.${decodeFunctionData({ abi, data: input }).functionName}`;
    } catch {
      // not of this contract
    }
  }
  return null;
}
