import type { Address } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';
import { constructed } from '../deploy/create2.ts';
import { echoTaskManagerAbi } from '../generated/abis.ts';
import { echoServiceManagerBytecode, echoTaskManagerBytecode } from '../generated/bytecode.ts';
import type { BlsAvsBlueprint } from './blsAvsContracts.ts';
import { type DeployBlsAvsOptions, type DeployDeps, deployBlsAvs } from './deployBlsAvs.ts';
import { slashingServiceManager } from './slashingServiceManager.ts';
import { dataUri, stakeQuorums } from './stakeQuorums.ts';
import type { AvsDeployment } from './types.ts';

export type DeployEchoAvsOptions = Omit<DeployBlsAvsOptions, 'name' | 'quorums'> & {
  /** Creates tasks; default: the account that pays. */
  taskGenerator?: Address;
  /** Where tools find the AVS's name and description; default: a JSON text in the URI itself. */
  metadataUri?: string;
  /** Least stake of an operator in each quorum, wei; default 10^18. */
  minimumStake?: bigint;
};

const METADATA = {
  name: 'Echo',
  website: '',
  description: 'Operators answer the keccak256 hash of a payload. The example AVS that comes with Tephra.',
  logo: '',
  twitter: '',
};

/**
 * Deploys the echo AVS on a core: quorum 0 counts ETH and liquid staking tokens, quorum 1 the token ALT (the first dApp token
 * where there is none of that name). Both count slashable stake only.
 * @throws as {@link deployBlsAvs}
 */
export async function deployEchoAvs(options: DeployEchoAvsOptions, deps: DeployDeps): Promise<AvsDeployment> {
  const { taskGenerator, metadataUri = dataUri(METADATA), minimumStake, ...rest } = options;
  const { restaking } = options;
  const blueprint: BlsAvsBlueprint<'taskManager'> = {
    own: ['taskManager'],
    build: (at, roles) => ({
      serviceManager: slashingServiceManager(
        echoServiceManagerBytecode,
        { restaking, judge: at.taskManager, metadataUri },
        at,
        roles,
      ),
      taskManager: {
        contract: constructed(echoTaskManagerBytecode, echoTaskManagerAbi, [
          at.registryCoordinator,
          at.stakeRegistry,
          at.blsApkRegistry,
          restaking.delegationManager,
          at.serviceManager,
        ]),
        call: encodeFunctionData({
          abi: echoTaskManagerAbi,
          functionName: 'initialize',
          args: [taskGenerator ?? roles.owner],
        }),
      },
    }),
  };
  const quorums = stakeQuorums(restaking, minimumStake);
  const { deployment, own } = await deployBlsAvs({ ...rest, name: 'echo', quorums }, blueprint, deps);
  return { ...deployment, taskManager: own.taskManager };
}
