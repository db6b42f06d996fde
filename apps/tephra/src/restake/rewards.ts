import type { StakerAnswer } from '@tephra/api';
import { rewardsCoordinatorAbi } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';
import { CliError } from '../cli/errors.ts';
import type { SigningRestaking } from './open-restaking.ts';

/**
 * Claims everything that can be claimed.
 * @param answer what the platform knows of the sender, with the proof
 * @throws CliError FAILED_PRECONDITION: there is nothing to claim; L1Error
 */
export async function claimRewards(
  { deployment, sender }: SigningRestaking,
  { rewardsClaim }: Pick<StakerAnswer, 'rewardsClaim'>,
  recipient: Address,
): Promise<Hash> {
  if (rewardsClaim === null) {
    throw new CliError('FAILED_PRECONDITION', `${sender.address} has nothing to claim`, {
      hint: `Earnings can be claimed once a root is posted for the ${deployment.calculationIntervalSeconds} s in which they arose.`,
    });
  }
  const claim = {
    ...rewardsClaim,
    tokenLeaves: rewardsClaim.tokenLeaves.map(({ token, cumulativeEarnings }) => ({
      token,
      cumulativeEarnings: BigInt(cumulativeEarnings),
    })),
  };
  const { hash } = await sender.send({
    to: deployment.rewardsCoordinator,
    data: encodeFunctionData({
      abi: rewardsCoordinatorAbi,
      functionName: 'processClaim',
      args: [claim, recipient],
    }),
  });
  return hash;
}
