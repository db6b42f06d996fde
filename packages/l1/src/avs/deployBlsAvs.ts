import { type Logger, systemClock } from '@tephra/core';
import type { Address, Hex } from '@tephra/protocol';
import type { L1Client } from '../client.ts';
import { DeploymentError, deployMissing } from '../deploy/create2.ts';
import { upgradeProxies } from '../deploy/proxies.ts';
import { registryCoordinatorAbi, stakeRegistryAbi } from '../generated/abis.ts';
import type { RestakingDeployment } from '../restaking/types.ts';
import { TransactionSender } from '../sender/transaction-sender.ts';
import { type AvsRoles, type BlsAvsBlueprint, blsAvsContracts, type NewQuorum } from './blsAvsContracts.ts';
import type { AvsDeployment } from './types.ts';

export type DeployBlsAvsOptions = {
  rpcUrl: string;
  l1ChainId: number;
  /** Funded account that pays; it owns the AVS and has every role that `roles` gives to nobody else. */
  privateKey: Hex;
  /** How often receipts are asked for, milliseconds; default 200. */
  pollIntervalMs?: number;
  /** Key of the AVS; the same name, account and core give the same addresses. */
  name: string;
  restaking: RestakingDeployment;
  /** At least one; their numbers are 0, 1, … */
  quorums: NewQuorum[];
  roles?: Partial<Omit<AvsRoles, 'owner'>>;
  /** Who may register to begin with; default: everybody. */
  allowlist?: { enabled: boolean; operators: Address[] };
};

export type DeployDeps = { logger: Logger; sender?: TransactionSender };

/** A deployment and the addresses of the AVS's own contracts. */
export type DeployedBlsAvs<Own extends string> = { deployment: AvsDeployment; own: Record<Own, Address> };

/**
 * Deploys an AVS: the middleware with its quorums, and what the blueprint adds. About twenty transactions in two rounds of
 * parallel ones. Addresses follow from name, account and core, so a second call changes nothing and an interrupted one is
 * finished by the next. Settings that changed since the first call are not applied: they are the owner's to change.
 * @throws DeploymentError CREATE2_DEPLOYER_MISSING; DEPLOYMENT_MISMATCH when other code stands at these addresses or the quorums
 * are not as many; L1Error when sending fails
 */
export async function deployBlsAvs<Own extends string>(
  options: DeployBlsAvsOptions,
  blueprint: BlsAvsBlueprint<Own>,
  deps: DeployDeps,
): Promise<DeployedBlsAvs<Own>> {
  const { rpcUrl, l1ChainId: chainId, privateKey, pollIntervalMs, name, restaking, quorums } = options;
  const sender =
    deps.sender ??
    (await TransactionSender.create(
      { rpcUrl, chainId, privateKey, pollIntervalMs },
      { logger: deps.logger, clock: systemClock },
    ));
  const account = sender.address;
  const plan = blsAvsContracts(
    name,
    restaking,
    {
      roles: { churnApprover: account, ejector: account, rewardsInitiator: account, ...options.roles, owner: account },
      quorums,
      allowlist: options.allowlist ?? { enabled: false, operators: [] },
    },
    blueprint,
  );
  await deployMissing(sender, plan.all, deps.logger);
  await upgradeProxies(sender, plan.upgrades);
  await checkQuorums(sender.client, plan.addresses.registryCoordinator, quorums.length);
  const { serviceManager, registryCoordinator, stakeRegistry, blsApkRegistry, indexRegistry, allowlist } =
    plan.addresses;
  return {
    deployment: {
      name,
      kind: 'bls',
      serviceManager,
      registryCoordinator,
      stakeRegistry,
      blsApkRegistry,
      indexRegistry,
      allowlist,
      operatorStateRetriever: plan.operatorStateRetriever,
      taskManager: null,
      quorums: quorums.map(({ number, name: title, thresholdPercentage, strategies, minimumStake }) => ({
        number,
        name: title,
        thresholdPercentage,
        strategies,
        minimumStake,
      })),
      deployedAtBlock: await sender.client.readContract({
        address: stakeRegistry,
        abi: stakeRegistryAbi,
        functionName: 'deployedAtBlock',
      }),
    },
    own: plan.addresses,
  };
}

async function checkQuorums(client: L1Client, coordinator: Address, expected: number): Promise<void> {
  const count = await client.readContract({
    address: coordinator,
    abi: registryCoordinatorAbi,
    functionName: 'quorumCount',
  });
  if (count >= expected) return;
  throw new DeploymentError('DEPLOYMENT_MISMATCH', `the AVS at ${coordinator} has ${count} quorums, not ${expected}`, {
    hint: 'it was deployed with other settings; let its owner create the missing quorums, or deploy under another name',
  });
}
