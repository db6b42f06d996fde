import type { Address, Hex } from '@tephra/protocol';
import { type ContractFunctionArgs, encodeFunctionData, keccak256, stringToHex } from 'viem';
import { type Create2Contract, constructed, create2Contract } from '../deploy/create2.ts';
import { emptyImplementation, type ProxyUpgrade, proxyContract } from '../deploy/proxies.ts';
import {
  blsApkRegistryAbi,
  indexRegistryAbi,
  operatorAllowlistAbi,
  registryCoordinatorAbi,
  stakeRegistryAbi,
} from '../generated/abis.ts';
import {
  blsApkRegistryBytecode,
  indexRegistryBytecode,
  operatorAllowlistBytecode,
  operatorStateRetrieverBytecode,
  registryCoordinatorBytecode,
  stakeRegistryBytecode,
} from '../generated/bytecode.ts';
import type { RestakingDeployment } from '../restaking/types.ts';
import type { AvsQuorum } from './types.ts';

/** A quorum with what only its creation needs. */
export type NewQuorum = AvsQuorum & {
  /** `delegated`: all stake that is delegated to an operator; `slashable`: what it allocated to the quorum's operator set. */
  stake: 'delegated' | 'slashable';
  /** For `slashable`: L1 blocks for which stake must stay slashable to count; 0 otherwise. */
  lookAheadBlocks: number;
  maxOperators: number;
};

/** Who holds which role of an AVS. */
export type AvsRoles = {
  /** Owns and upgrades everything. */
  owner: Address;
  /** Signs which operator of a full quorum is replaced. */
  churnApprover: Address;
  /** Puts operators out. */
  ejector: Address;
  /** Pays rewards in the AVS's name. */
  rewardsInitiator: Address;
};

/** Addresses that an AVS's own contracts are built with; all of them proxies. */
export type BlsAvsAddresses = Record<
  'serviceManager' | 'registryCoordinator' | 'stakeRegistry' | 'blsApkRegistry' | 'indexRegistry' | 'allowlist',
  Address
>;

/** An implementation and the call that initializes a proxy with it. */
export type Implementation = { contract: Create2Contract; call: Hex; callGas?: bigint };

/**
 * What an AVS adds to the middleware: its service manager, and contracts of its own behind further proxies.
 * @typeParam Own names of these contracts
 */
export type BlsAvsBlueprint<Own extends string> = {
  own: readonly Own[];
  build(
    addresses: BlsAvsAddresses & Record<Own, Address>,
    roles: AvsRoles,
  ): Record<'serviceManager' | Own, Implementation>;
};

export type BlsAvsPlan<Own extends string> = {
  addresses: BlsAvsAddresses & Record<Own, Address>;
  operatorStateRetriever: Address;
  /** By name, in an order in which they can be deployed; the stake registry's implementation first, it notes the block. */
  all: Record<string, Create2Contract>;
  /** In the order in which they have to arrive: the coordinator creates the quorums in all others. */
  upgrades: ProxyUpgrade[];
};

type CoordinatorConfig = Extract<
  ContractFunctionArgs<typeof registryCoordinatorAbi, 'nonpayable', 'initialize'>,
  readonly [unknown]
>[0];

const PROXIES = [
  'serviceManager',
  'registryCoordinator',
  'stakeRegistry',
  'blsApkRegistry',
  'indexRegistry',
  'allowlist',
] as const;
/** Writes of one quorum in four registries and the core. */
const QUORUM_GAS = 700_000n;
const STRATEGY_GAS = 200_000n;
const ALLOWED_GAS = 60_000n;
/** Who replaces an operator of a full quorum needs 1.1 times its stake, and only operators below a twentieth can be replaced. */
const CHURN = { kickBIPsOfOperatorStake: 11_000, kickBIPsOfTotalStake: 500 };
const STAKE_TYPES = { delegated: 0, slashable: 1 } as const;

/** All contracts of an AVS, with addresses that follow from its name, its owner and the core. */
export function blsAvsContracts<Own extends string>(
  name: string,
  core: RestakingDeployment,
  settings: { roles: AvsRoles; quorums: NewQuorum[]; allowlist: { enabled: boolean; operators: Address[] } },
  blueprint: BlsAvsBlueprint<Own>,
): BlsAvsPlan<Own> {
  const { roles, quorums, allowlist } = settings;
  const names = [...PROXIES, ...blueprint.own] as const;
  const proxies = names.map((part) => {
    const salt = keccak256(stringToHex(`tephra avs ${name} ${part} ${core.allocationManager}`));
    return [part, proxyContract(roles.owner, salt)] as const;
  });
  const addresses = Object.fromEntries(
    proxies.map(([part, { address }]) => [part, address]),
  ) as BlsAvsPlan<Own>['addresses'];
  const at: BlsAvsAddresses = addresses;

  const registry = (bytecode: Hex, abi: typeof indexRegistryAbi | typeof blsApkRegistryAbi) =>
    constructed(bytecode, abi, [at.registryCoordinator]);
  const own = blueprint.build(addresses, roles);
  const implementations: Record<string, Create2Contract> = {
    stakeRegistry: constructed(stakeRegistryBytecode, stakeRegistryAbi, [
      at.registryCoordinator,
      core.delegationManager,
      core.allocationManager,
      at.serviceManager,
    ]),
    blsApkRegistry: registry(blsApkRegistryBytecode, blsApkRegistryAbi),
    indexRegistry: registry(indexRegistryBytecode, indexRegistryAbi),
    allowlist: create2Contract(operatorAllowlistBytecode),
    registryCoordinator: constructed(registryCoordinatorBytecode, registryCoordinatorAbi, [
      {
        serviceManager: at.serviceManager,
        stakeRegistry: at.stakeRegistry,
        blsApkRegistry: at.blsApkRegistry,
        indexRegistry: at.indexRegistry,
        allowlist: at.allowlist,
        allocationManager: core.allocationManager,
      },
    ]),
    ...Object.fromEntries(Object.entries<Implementation>(own).map(([part, { contract }]) => [part, contract])),
  };
  const operatorStateRetriever = create2Contract(operatorStateRetrieverBytecode);
  const calls: Record<string, Omit<Implementation, 'contract'>> = {
    allowlist: {
      call: encodeFunctionData({
        abi: operatorAllowlistAbi,
        functionName: 'initialize',
        args: [roles.owner, roles.owner, allowlist.enabled, allowlist.operators],
      }),
      callGas: 300_000n + ALLOWED_GAS * BigInt(allowlist.operators.length),
    },
    ...own,
    registryCoordinator: {
      call: encodeFunctionData({
        abi: registryCoordinatorAbi,
        functionName: 'initialize',
        args: [coordinatorConfig(roles, quorums, core.pauserRegistry)],
      }),
      callGas: quorums.reduce(
        (gas, { strategies }) => gas + QUORUM_GAS + STRATEGY_GAS * BigInt(strategies.length),
        500_000n,
      ),
    },
  };
  const order = ['stakeRegistry', 'blsApkRegistry', 'indexRegistry', ...Object.keys(calls)];
  return {
    addresses,
    operatorStateRetriever: operatorStateRetriever.address,
    all: {
      ...Object.fromEntries(
        Object.entries(implementations).map(([part, contract]) => [`${part}Implementation`, contract]),
      ),
      operatorStateRetriever,
      emptyImplementation,
      ...Object.fromEntries(proxies),
    },
    upgrades: order.map((part) => ({
      proxy: (addresses as Record<string, Address>)[part] as Address,
      implementation: (implementations[part] as Create2Contract).address,
      ...calls[part],
    })),
  };
}

function coordinatorConfig(roles: AvsRoles, quorums: NewQuorum[], pauserRegistry: Address): CoordinatorConfig {
  return {
    owner: roles.owner,
    churnApprover: roles.churnApprover,
    ejector: roles.ejector,
    pauserRegistry,
    pausedStatus: 0n,
    operatorSetParams: quorums.map(({ maxOperators }) => ({ maxOperatorCount: maxOperators, ...CHURN })),
    minimumStakes: quorums.map(({ minimumStake }) => minimumStake),
    strategyParams: quorums.map(({ strategies }) => strategies),
    stakeTypes: quorums.map(({ stake }) => STAKE_TYPES[stake]),
    lookAheadPeriods: quorums.map(({ lookAheadBlocks }) => lookAheadBlocks),
  };
}
