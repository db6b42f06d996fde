import type { Address, Hex } from '@tephra/protocol';
import { type Abi, encodeFunctionData, keccak256, stringToHex } from 'viem';
import { type Create2Contract, constructed, create2Contract } from '../deploy/create2.ts';
import { emptyImplementation, type ProxyUpgrade, proxyContract } from '../deploy/proxies.ts';
import {
  allocationManagerAbi,
  avsDirectoryAbi,
  delegationManagerAbi,
  nativeEthManagerAbi,
  pauserRegistryAbi,
  rewardsCoordinatorAbi,
  strategyBaseAbi,
  strategyBeaconAbi,
  strategyFactoryAbi,
  strategyManagerAbi,
} from '../generated/abis.ts';
import {
  allocationManagerBytecode,
  avsDirectoryBytecode,
  delegationManagerBytecode,
  nativeEthManagerBytecode,
  pauserRegistryBytecode,
  permissionControllerBytecode,
  rewardsCoordinatorBytecode,
  strategyBaseBytecode,
  strategyBeaconBytecode,
  strategyFactoryBytecode,
  strategyManagerBytecode,
} from '../generated/bytecode.ts';
import type { RestakingParameters } from './parameters.ts';

type Proxied =
  | 'delegationManager'
  | 'strategyManager'
  | 'nativeEthManager'
  | 'allocationManager'
  | 'avsDirectory'
  | 'rewardsCoordinator'
  | 'strategyFactory';

/** Everything that a core consists of, with the addresses that follow from owner and parameters. */
export type RestakingContracts = {
  proxies: Record<Proxied, Create2Contract>;
  pauserRegistry: Create2Contract;
  permissionController: Create2Contract;
  /** All of them by name, in an order in which they can be deployed; the factory's implementation first, it notes the block. */
  all: Record<string, Create2Contract>;
  upgrades: ProxyUpgrade[];
};

/** @param owner owns the proxies and what they hold, pauses, and posts rewards */
export function restakingContracts(owner: Address, parameters: RestakingParameters): RestakingContracts {
  // Parameters are part of the salt: another set of delays is another deployment, not another implementation of this one.
  const proxy = (name: Proxied) =>
    proxyContract(owner, keccak256(stringToHex(`tephra restaking ${name} ${JSON.stringify(parameters)}`)));
  const proxies: Record<Proxied, Create2Contract> = {
    delegationManager: proxy('delegationManager'),
    strategyManager: proxy('strategyManager'),
    nativeEthManager: proxy('nativeEthManager'),
    allocationManager: proxy('allocationManager'),
    avsDirectory: proxy('avsDirectory'),
    rewardsCoordinator: proxy('rewardsCoordinator'),
    strategyFactory: proxy('strategyFactory'),
  };
  const delegation = proxies.delegationManager.address;
  const manager = proxies.strategyManager.address;
  const pauserRegistry = constructed(pauserRegistryBytecode, pauserRegistryAbi, [[owner], owner]);
  const permissionController = create2Contract(permissionControllerBytecode);
  const pausers = pauserRegistry.address;
  const permissions = permissionController.address;

  const strategy = constructed(strategyBaseBytecode, strategyBaseAbi, [manager, pausers]);
  const beacon = constructed(strategyBeaconBytecode, strategyBeaconAbi, [strategy.address, owner]);
  const implementations: Record<Proxied, Create2Contract> = {
    strategyFactory: constructed(strategyFactoryBytecode, strategyFactoryAbi, [manager, pausers]),
    delegationManager: constructed(delegationManagerBytecode, delegationManagerAbi, [
      {
        strategyManager: manager,
        nativeEthManager: proxies.nativeEthManager.address,
        allocationManager: proxies.allocationManager.address,
        pauserRegistry: pausers,
        permissionController: permissions,
      },
      parameters.withdrawalDelayBlocks,
    ]),
    strategyManager: constructed(strategyManagerBytecode, strategyManagerAbi, [delegation, pausers]),
    nativeEthManager: constructed(nativeEthManagerBytecode, nativeEthManagerAbi, [delegation, pausers]),
    allocationManager: constructed(allocationManagerBytecode, allocationManagerAbi, [
      {
        delegation,
        avsDirectory: proxies.avsDirectory.address,
        pauserRegistry: pausers,
        permissionController: permissions,
      },
      parameters.deallocationDelayBlocks,
      parameters.allocationConfigurationDelayBlocks,
    ]),
    avsDirectory: constructed(avsDirectoryBytecode, avsDirectoryAbi, [delegation, pausers]),
    rewardsCoordinator: constructed(rewardsCoordinatorBytecode, rewardsCoordinatorAbi, [
      {
        delegationManager: delegation,
        strategyManager: manager,
        pauserRegistry: pausers,
        permissionController: permissions,
        calculationIntervalSeconds: parameters.calculationIntervalSeconds,
        maxRewardsDuration: parameters.maxRewardsRangeSeconds,
        maxRetroactiveLength: parameters.maxRewardsRangeSeconds,
        maxFutureLength: parameters.maxRewardsRangeSeconds,
        genesisRewardsTimestamp: 0,
      },
    ]),
  };
  const calls: Record<Proxied, Hex> = {
    delegationManager: initialize(delegationManagerAbi, [0n]),
    strategyManager: initialize(strategyManagerAbi, [owner, proxies.strategyFactory.address, 0n]),
    nativeEthManager: initialize(nativeEthManagerAbi, [0n]),
    allocationManager: initialize(allocationManagerAbi, [0n]),
    avsDirectory: initialize(avsDirectoryAbi, [0n]),
    rewardsCoordinator: initialize(rewardsCoordinatorAbi, [
      owner,
      0n,
      owner,
      parameters.activationDelaySeconds,
      parameters.operatorSplitBips,
    ]),
    strategyFactory: initialize(strategyFactoryAbi, [owner, 0n, beacon.address]),
  };
  return {
    proxies,
    pauserRegistry,
    permissionController,
    all: {
      strategyFactoryImplementation: implementations.strategyFactory,
      emptyImplementation,
      pauserRegistry,
      permissionController,
      ...proxies,
      strategy,
      beacon,
      ...Object.fromEntries(Object.entries(implementations).map(([name, of]) => [`${name}Implementation`, of])),
    },
    upgrades: (Object.keys(proxies) as Proxied[]).map((name) => ({
      proxy: proxies[name].address,
      implementation: implementations[name].address,
      call: calls[name],
    })),
  };
}

function initialize(abi: Abi, args: readonly unknown[]): Hex {
  return encodeFunctionData({ abi, functionName: 'initialize', args });
}
