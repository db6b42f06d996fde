import type { Logger } from '@tephra/core';
import type { Address } from '@tephra/protocol';
import { deployMissing } from '../deploy/create2.ts';
import { challengeManagerAbi } from '../generated/abis.ts';
import type { TransactionSender } from '../sender/transaction-sender.ts';
import { disputeContracts } from './disputeContracts.ts';

/**
 * Deploys what a game of this version ends with: the contracts that check one step, and the registry of code. They are large
 * and needed last, so this may come after everything else; what exists is left as it is.
 * @param game of the L1; one of another version or on other terms names another verifier, which came with it
 * @returns whether that game's verifier is the one of this version, and on the L1 now
 * @throws DeploymentError CREATE2_DEPLOYER_MISSING; L1Error when sending fails
 */
export async function deployStepVerifier(
  game: Address,
  deps: { sender: TransactionSender; logger: Logger },
): Promise<boolean> {
  const { client } = deps.sender;
  const contract = { address: game, abi: challengeManagerAbi } as const;
  const named = await client.readContract({ ...contract, functionName: 'verifier' });
  // Terms decide about the game's own address alone.
  const { verifier, verifierAddress } = disputeContracts(NO_TERMS);
  if (named.toLowerCase() !== verifierAddress.toLowerCase()) return false;
  await deployMissing(deps.sender, verifier, deps.logger);
  return true;
}

const NO_TERMS = { challengeBond: 0n, defenceBond: 0n, minClock: 0n, extension: 0n, minDefence: 0n };
