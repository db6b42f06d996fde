import { systemClock } from '@tephra/core';
import type { Address } from '@tephra/protocol';
import { encodeFunctionData, toHex } from 'viem';
import { constructed, create2Contract, deployMissing } from '../deploy/create2.ts';
import { vitalAttestationAbi } from '../generated/abis.ts';
import {
  originRegistryBytecode,
  vitalAttestationBytecode,
  vitalServiceManagerBytecode,
} from '../generated/bytecode.ts';
import { TransactionSender } from '../sender/transaction-sender.ts';
import type { BlsAvsBlueprint } from './blsAvsContracts.ts';
import { type DeployBlsAvsOptions, type DeployDeps, deployBlsAvs } from './deployBlsAvs.ts';
import { slashingServiceManager } from './slashingServiceManager.ts';
import { dataUri, stakeQuorums, THRESHOLD_PERCENTAGE } from './stakeQuorums.ts';
import type { AvsDeployment } from './types.ts';

export type DeployVitalAvsOptions = Omit<DeployBlsAvsOptions, 'name' | 'quorums'> & {
  /** Whose rollups its operators may vouch for. */
  factory: Address;
  /** L1 blocks for which a certificate of a pack is taken; default 1,800 (6 h of Ethereum, half an hour of the embedded L1). */
  maxCertificateAgeBlocks?: number;
  /** Where tools find the AVS's name and description; default: a JSON text in the URI itself. */
  metadataUri?: string;
  /** Least stake of an operator in each quorum, wei; default 10^18. */
  minimumStake?: bigint;
};

const MAX_CERTIFICATE_AGE_BLOCKS = 1_800;
const METADATA = {
  name: 'VITAL',
  website: '',
  description: 'Operators execute every block of a rollup again from a proof of validity, and vouch for its packs.',
  logo: '',
  twitter: '',
};

/**
 * Deploys VITAL on a core, for the rollups of one factory. Its contract for certificates is `taskManager` of the deployment, and
 * what a rollup names as its attestation.
 * @throws as {@link deployBlsAvs}
 */
export async function deployVitalAvs(
  options: DeployVitalAvsOptions,
  deps: DeployDeps,
): Promise<AvsDeployment & { taskManager: Address }> {
  const { factory, metadataUri = dataUri(METADATA), minimumStake, ...rest } = options;
  const { maxCertificateAgeBlocks = MAX_CERTIFICATE_AGE_BLOCKS, ...common } = rest;
  const { restaking } = options;
  const quorums = stakeQuorums(restaking, minimumStake);
  const quorumNumbers = toHex(Uint8Array.from(quorums.map(({ number }) => number)));
  const origins = create2Contract(originRegistryBytecode);
  const blueprint: BlsAvsBlueprint<'attestation'> = {
    own: ['attestation'],
    build: (at, roles) => ({
      serviceManager: slashingServiceManager(
        vitalServiceManagerBytecode,
        { restaking, judge: at.attestation, metadataUri },
        at,
        roles,
      ),
      attestation: {
        contract: constructed(vitalAttestationBytecode, vitalAttestationAbi, [
          at.registryCoordinator,
          at.stakeRegistry,
          at.blsApkRegistry,
          restaking.delegationManager,
          at.serviceManager,
          factory,
          origins.address,
          maxCertificateAgeBlocks,
        ]),
        call: encodeFunctionData({
          abi: vitalAttestationAbi,
          functionName: 'initialize',
          args: [quorumNumbers, THRESHOLD_PERCENTAGE],
        }),
      },
    }),
  };
  const sender =
    deps.sender ??
    (await TransactionSender.create(
      { ...common, chainId: common.l1ChainId },
      { logger: deps.logger, clock: systemClock },
    ));
  // One for all on an L1: its address follows from its code.
  await deployMissing(sender, { originRegistry: origins }, deps.logger);
  const { deployment, own } = await deployBlsAvs({ ...common, name: 'vital', quorums }, blueprint, { ...deps, sender });
  return { ...deployment, taskManager: own.attestation };
}
