import type { Address } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';
import { constructed } from '../deploy/create2.ts';
import { echoServiceManagerAbi, echoTaskManagerAbi } from '../generated/abis.ts';
import { echoServiceManagerBytecode, echoTaskManagerBytecode } from '../generated/bytecode.ts';
import type { RestakingDeployment } from '../restaking/types.ts';
import type { BlsAvsBlueprint, NewQuorum } from './blsAvsContracts.ts';
import { type DeployBlsAvsOptions, type DeployDeps, deployBlsAvs } from './deployBlsAvs.ts';
import type { AvsDeployment } from './types.ts';

export type DeployEchoAvsOptions = Omit<DeployBlsAvsOptions, 'name' | 'quorums'> & {
  /** Creates tasks; default: the account that pays. */
  taskGenerator?: Address;
  /** Where tools find the AVS's name and description; default: a JSON text in the URI itself. */
  metadataUri?: string;
  /** Least stake of an operator in each quorum, wei; default 10^18. */
  minimumStake?: bigint;
};

const WEI = 10n ** 18n;
/** Two thirds, rounded up: whoever lies needs a third of the stake on top of its own. */
const THRESHOLD_PERCENTAGE = 67;
const MAX_OPERATORS = 200;
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
  const { taskGenerator, metadataUri = dataUri(METADATA), minimumStake = WEI, ...rest } = options;
  const { restaking } = options;
  const blueprint: BlsAvsBlueprint<'taskManager'> = {
    own: ['taskManager'],
    build: (at, roles) => ({
      serviceManager: {
        contract: constructed(echoServiceManagerBytecode, echoServiceManagerAbi, [
          {
            avsDirectory: restaking.avsDirectory,
            allocationManager: restaking.allocationManager,
            permissionController: restaking.permissionController,
            rewardsCoordinator: restaking.rewardsCoordinator,
          },
          at.registryCoordinator,
          at.stakeRegistry,
          at.taskManager,
        ]),
        call: encodeFunctionData({
          abi: echoServiceManagerAbi,
          functionName: 'initialize',
          args: [roles.owner, roles.rewardsInitiator, metadataUri],
        }),
        callGas: 400_000n,
      },
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
  const quorums = echoQuorums(restaking, minimumStake);
  const { deployment, own } = await deployBlsAvs({ ...rest, name: 'echo', quorums }, blueprint, deps);
  return { ...deployment, taskManager: own.taskManager };
}

function echoQuorums(restaking: RestakingDeployment, minimumStake: bigint): NewQuorum[] {
  const dapp = restaking.strategies.filter(({ kind }) => kind === 'dapp');
  const alt = dapp.find(({ symbol }) => symbol === 'ALT') ?? dapp[0];
  const parts = [
    { name: 'ETH and LSTs', strategies: restaking.strategies.filter(({ kind }) => kind !== 'dapp') },
    ...(alt === undefined ? [] : [{ name: alt.symbol, strategies: [alt] }]),
  ];
  return parts.map(({ name, strategies }, number) => ({
    number,
    name,
    thresholdPercentage: THRESHOLD_PERCENTAGE,
    strategies: strategies.map(({ strategy }) => ({ strategy, multiplier: WEI })),
    minimumStake,
    stake: 'slashable',
    // What an operator takes back stays slashable about as long as its withdrawal takes: it stops counting at once.
    lookAheadBlocks: restaking.withdrawalDelayBlocks,
    maxOperators: MAX_OPERATORS,
  }));
}

function dataUri(json: unknown): string {
  return `data:application/json;base64,${Buffer.from(JSON.stringify(json)).toString('base64')}`;
}
