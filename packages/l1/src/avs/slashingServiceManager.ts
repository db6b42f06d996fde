import type { Address, Hex } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';
import { constructed } from '../deploy/create2.ts';
import { slashingServiceManagerAbi } from '../generated/abis.ts';
import type { RestakingDeployment } from '../restaking/types.ts';
import type { AvsRoles, BlsAvsAddresses, Implementation } from './blsAvsContracts.ts';

/**
 * The service manager of an AVS that has one contract which may slash (contracts/src/avs/SlashingServiceManager.sol).
 * @param judge that contract
 */
export function slashingServiceManager(
  bytecode: Hex,
  { restaking, judge, metadataUri }: { restaking: RestakingDeployment; judge: Address; metadataUri: string },
  at: Pick<BlsAvsAddresses, 'registryCoordinator' | 'stakeRegistry'>,
  roles: AvsRoles,
): Implementation {
  const { avsDirectory, allocationManager, permissionController, rewardsCoordinator } = restaking;
  return {
    contract: constructed(bytecode, slashingServiceManagerAbi, [
      { avsDirectory, allocationManager, permissionController, rewardsCoordinator },
      at.registryCoordinator,
      at.stakeRegistry,
      judge,
    ]),
    call: encodeFunctionData({
      abi: slashingServiceManagerAbi,
      functionName: 'initialize',
      args: [roles.owner, roles.rewardsInitiator, metadataUri],
    }),
    callGas: 400_000n,
  };
}
