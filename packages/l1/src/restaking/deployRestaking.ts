import { type Logger, systemClock } from '@tephra/core';
import type { Address, Hex } from '@tephra/protocol';
import { encodeAbiParameters, encodeFunctionData, parseAbi, zeroAddress } from 'viem';
import type { L1Client } from '../client.ts';
import { type Create2Contract, create2Contract, DeploymentError, deployMissing } from '../deploy/create2.ts';
import { upgradeProxies } from '../deploy/proxies.ts';
import { strategyFactoryAbi } from '../generated/abis.ts';
import { devTokenBytecode } from '../generated/bytecode.ts';
import { TransactionSender } from '../sender/transaction-sender.ts';
import type { RestakingParameters } from './parameters.ts';
import { restakingContracts } from './restakingContracts.ts';
import type { RestakingDeployment, StrategyDeployment } from './types.ts';

export type DeployRestakingOptions = {
  rpcUrl: string;
  l1ChainId: number;
  /** Funded account that pays, owns what can be upgraded or paused, and posts roots of rewards. */
  privateKey: Hex;
  /** How often receipts are asked for, milliseconds; default 200. */
  pollIntervalMs?: number;
  parameters: RestakingParameters;
  /** Tokens that get a strategy, beside ETH; those that exist already. */
  tokens?: { kind: 'lst' | 'dapp'; token: Address }[];
  /** DEV ONLY: also deploys worthless dstETH, ALT and bEIGEN, and gives each of these accounts 1,000 of them. */
  devTokenHolders?: Address[];
};

/** DEV ONLY: anybody can mint these, 1,000 a call. */
const DEV_TOKENS = [
  { kind: 'lst', name: 'Dev Staked Ether', symbol: 'dstETH' },
  { kind: 'dapp', name: 'Dev ALT', symbol: 'ALT' },
  { kind: 'dapp', name: 'Dev Backing Eigen', symbol: 'bEIGEN' },
] as const;

/** The key under which all share accounting knows ETH; nothing lies at it. */
export const NATIVE_ETH_STRATEGY: Address = '0xbeaC0eeEeeeeEEeEeEEEEeeEEeEeeeEeeEEBEaC0';
/** A proxy, its initialization and an entry in the whitelist. */
const STRATEGY_GAS = 1_200_000n;
const TOKEN_ABI = parseAbi([
  'function name() view returns (string)',
  'function symbol() view returns (string)',
  'function decimals() view returns (uint8)',
]);

/**
 * Deploys the restaking core with its strategies: about thirty transactions, in three rounds of parallel ones. Addresses follow
 * from owner, parameters and code, so a second call changes nothing and an interrupted one is finished by the next.
 * @throws DeploymentError CREATE2_DEPLOYER_MISSING; DEPLOYMENT_MISMATCH when other code stands at these addresses; L1Error when
 * sending fails
 */
export async function deployRestaking(
  options: DeployRestakingOptions,
  deps: { logger: Logger; sender?: TransactionSender },
): Promise<RestakingDeployment> {
  const { rpcUrl, l1ChainId: chainId, privateKey, pollIntervalMs, parameters } = options;
  const sender =
    deps.sender ??
    (await TransactionSender.create(
      { rpcUrl, chainId, privateKey, pollIntervalMs },
      { logger: deps.logger, clock: systemClock },
    ));
  const contracts = restakingContracts(sender.address, parameters);
  const devTokens = options.devTokenHolders === undefined ? [] : devTokenContracts(options.devTokenHolders);
  await deployMissing(
    sender,
    { ...contracts.all, ...Object.fromEntries(devTokens.map(({ symbol, contract }) => [symbol, contract])) },
    deps.logger,
  );
  await upgradeProxies(sender, contracts.upgrades);

  const factory = contracts.proxies.strategyFactory.address;
  const tokens = [
    ...(options.tokens ?? []),
    ...devTokens.map(({ kind, contract }) => ({ kind, token: contract.address })),
  ];
  await deployStrategies(
    sender,
    factory,
    tokens.map(({ token }) => token),
  );
  const strategies = await Promise.all(tokens.map((token) => readStrategy(sender.client, factory, token)));
  return {
    delegationManager: contracts.proxies.delegationManager.address,
    strategyManager: contracts.proxies.strategyManager.address,
    allocationManager: contracts.proxies.allocationManager.address,
    avsDirectory: contracts.proxies.avsDirectory.address,
    rewardsCoordinator: contracts.proxies.rewardsCoordinator.address,
    permissionController: contracts.permissionController.address,
    pauserRegistry: contracts.pauserRegistry.address,
    nativeEthManager: contracts.proxies.nativeEthManager.address,
    strategyFactory: factory,
    strategies: [
      { kind: 'native', symbol: 'ETH', name: 'Ether', decimals: 18, token: null, strategy: NATIVE_ETH_STRATEGY },
      ...strategies,
    ],
    withdrawalDelayBlocks: parameters.withdrawalDelayBlocks,
    calculationIntervalSeconds: parameters.calculationIntervalSeconds,
    deployedAtBlock: await sender.client.readContract({
      address: factory,
      abi: strategyFactoryAbi,
      functionName: 'deployedAtBlock',
    }),
  };
}

function devTokenContracts(holders: Address[]) {
  return DEV_TOKENS.map(
    ({ kind, name, symbol }): { kind: 'lst' | 'dapp'; symbol: string; contract: Create2Contract } => {
      const parameters = encodeAbiParameters(
        [{ type: 'string' }, { type: 'string' }, { type: 'address[]' }],
        [name, symbol, holders],
      );
      return { kind, symbol, contract: create2Contract(devTokenBytecode, parameters) };
    },
  );
}

async function deployStrategies(sender: TransactionSender, factory: Address, tokens: Address[]): Promise<void> {
  const existing = await Promise.all(tokens.map((token) => strategyOf(sender.client, factory, token)));
  const missing = tokens.filter((_, index) => existing[index] === zeroAddress);
  await Promise.all(
    missing.map((token) =>
      sender.send({
        to: factory,
        data: encodeFunctionData({ abi: strategyFactoryAbi, functionName: 'deployNewStrategy', args: [token] }),
        gas: STRATEGY_GAS,
      }),
    ),
  );
}

async function readStrategy(
  client: L1Client,
  factory: Address,
  { kind, token }: { kind: 'lst' | 'dapp'; token: Address },
): Promise<StrategyDeployment> {
  const contract = { address: token, abi: TOKEN_ABI } as const;
  try {
    const [strategy, name, symbol, decimals] = await Promise.all([
      strategyOf(client, factory, token),
      client.readContract({ ...contract, functionName: 'name' }),
      client.readContract({ ...contract, functionName: 'symbol' }),
      client.readContract({ ...contract, functionName: 'decimals' }),
    ]);
    return { kind, symbol, name, decimals, token, strategy };
  } catch (cause) {
    throw new DeploymentError('DEPLOYMENT_MISMATCH', `${token} does not answer as an ERC-20 token`, {
      hint: 'check the address of the token, and that it is on this L1',
      cause,
    });
  }
}

function strategyOf(client: L1Client, factory: Address, token: Address): Promise<Address> {
  return client.readContract({
    address: factory,
    abi: strategyFactoryAbi,
    functionName: 'deployedStrategies',
    args: [token],
  });
}
