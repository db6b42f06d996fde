import { type Logger, systemClock } from '@tephra/core';
import type { Address, Hex } from '@tephra/protocol';
import { encodeAbiParameters } from 'viem';
import type { L1Client } from './client.ts';
import { type Create2Contract, create2Contract, DeploymentError, deployMissing, hasCode } from './deploy/create2.ts';
import { disputeContracts } from './dispute/disputeContracts.ts';
import { EMBEDDED_GAME, type GameTerms } from './dispute/gameTerms.ts';
import { bridgeAbi, rollupAbi, rollupFactoryAbi } from './generated/abis.ts';
import {
  batchRegistryBytecode,
  bridgeBytecode,
  erc20TwinBytecode,
  erc721TwinBytecode,
  erc1155TwinBytecode,
  inboxBytecode,
  nativeTwinBytecode,
  rollupBytecode,
  rollupFactoryBytecode,
} from './generated/bytecode.ts';
import { TransactionSender } from './sender/transaction-sender.ts';

/** Where the contracts shared by all chains live on one L1. */
export type Deployments = {
  l1ChainId: number;
  factory: Address;
  batchRegistry: Address;
  /** Where packs are disputed (IChallengeManager). */
  disputeGame: Address;
  implementations: {
    rollup: Address;
    inbox: Address;
    bridge: Address;
    nativeTwin: Address;
    erc20Twin: Address;
    erc721Twin: Address;
    erc1155Twin: Address;
  };
  /** L1 block of the factory; no chain is older. */
  deployedAtBlock: bigint;
};

export type DeployPlatformOptions = {
  rpcUrl: string;
  l1ChainId: number;
  /** Funded account that pays; it keeps no power over what it deploys. */
  privateKey: Hex;
  /** How often receipts are asked for, milliseconds; default 200. */
  pollIntervalMs?: number;
  /** Of disputes; default those of the embedded L1. */
  gameTerms?: GameTerms;
};

type PlatformContracts = Record<
  | 'nativeTwin'
  | 'erc20Twin'
  | 'erc721Twin'
  | 'erc1155Twin'
  | 'batchRegistry'
  | 'inbox'
  | 'bridge'
  | 'originRegistry'
  | 'challengeManager'
  | 'rollup'
  | 'factory',
  Create2Contract
>;

/**
 * Deploys the shared contracts, but for those that check single steps (`deployStepVerifier`). Their addresses follow from their
 * code and the terms of disputes, so what exists already is used as it is and a call that was interrupted is finished by the next.
 * @throws DeploymentError CREATE2_DEPLOYER_MISSING when the L1 lacks the usual deployer and refuses it; L1Error when sending fails
 */
export async function deployPlatform(
  options: DeployPlatformOptions,
  deps: { logger: Logger; sender?: TransactionSender },
): Promise<Deployments> {
  const sender =
    deps.sender ??
    (await TransactionSender.create(
      {
        rpcUrl: options.rpcUrl,
        chainId: options.l1ChainId,
        privateKey: options.privateKey,
        pollIntervalMs: options.pollIntervalMs,
      },
      { logger: deps.logger, clock: systemClock },
    ));
  const contracts = platformContracts(options.gameTerms ?? EMBEDDED_GAME);
  await deployMissing(sender, contracts, deps.logger);
  return verifyDeployments(sender.client, {
    l1ChainId: options.l1ChainId,
    factory: contracts.factory.address,
  });
}

/**
 * Reads what a factory is made of and makes sure that all of it exists.
 * @throws DeploymentError DEPLOYMENT_MISMATCH naming what is missing or different
 */
export async function verifyDeployments(
  client: L1Client,
  expected: Pick<Deployments, 'l1ChainId' | 'factory'> & Partial<Deployments>,
): Promise<Deployments> {
  const chainId = await client.getChainId();
  if (chainId !== expected.l1ChainId) throw mismatch(`the L1 has chain id ${chainId}, not ${expected.l1ChainId}`);
  if (!(await hasCode(client, expected.factory))) throw mismatch(`there is no contract at ${expected.factory}`);
  const factory = { address: expected.factory, abi: rollupFactoryAbi } as const;
  try {
    const [batchRegistry, rollup, inbox, bridge, deployedAtBlock] = await Promise.all([
      client.readContract({ ...factory, functionName: 'batchRegistry' }),
      client.readContract({ ...factory, functionName: 'rollupImplementation' }),
      client.readContract({ ...factory, functionName: 'inboxImplementation' }),
      client.readContract({ ...factory, functionName: 'bridgeImplementation' }),
      client.readContract({ ...factory, functionName: 'deployedAtBlock' }),
    ]);
    const twins = { address: bridge, abi: bridgeAbi } as const;
    const [disputeGame, nativeTwin, erc20Twin, erc721Twin, erc1155Twin] = await Promise.all([
      client.readContract({ address: rollup, abi: rollupAbi, functionName: 'disputeGame' }),
      client.readContract({ ...twins, functionName: 'nativeTwinImplementation' }),
      client.readContract({ ...twins, functionName: 'erc20TwinImplementation' }),
      client.readContract({ ...twins, functionName: 'erc721TwinImplementation' }),
      client.readContract({ ...twins, functionName: 'erc1155TwinImplementation' }),
    ]);
    const found: Deployments = {
      l1ChainId: chainId,
      factory: expected.factory,
      batchRegistry,
      disputeGame,
      implementations: { rollup, inbox, bridge, nativeTwin, erc20Twin, erc721Twin, erc1155Twin },
      deployedAtBlock,
    };
    for (const address of [batchRegistry, disputeGame, ...Object.values(found.implementations)]) {
      if (!(await hasCode(client, address))) throw mismatch(`there is no contract at ${address}`);
    }
    if (expected.batchRegistry && expected.batchRegistry.toLowerCase() !== batchRegistry.toLowerCase()) {
      throw mismatch(`the factory uses the batch registry ${batchRegistry}, not ${expected.batchRegistry}`);
    }
    return found;
  } catch (cause) {
    if (cause instanceof DeploymentError) throw cause;
    throw mismatch(`${expected.factory} does not answer as a factory`, cause);
  }
}

/** Every contract with its address, in an order in which they can be deployed. */
function platformContracts(terms: GameTerms): PlatformContracts {
  const nativeTwin = contract(nativeTwinBytecode);
  const erc20Twin = contract(erc20TwinBytecode);
  const erc721Twin = contract(erc721TwinBytecode);
  const erc1155Twin = contract(erc1155TwinBytecode);
  const batchRegistry = contract(batchRegistryBytecode);
  const inbox = contract(inboxBytecode);
  // The constructor's struct of addresses is encoded as its members are.
  const twins = [nativeTwin, erc20Twin, erc721Twin, erc1155Twin].map(({ address }) => address);
  const bridge = contract(bridgeBytecode, ...twins);
  const { game } = disputeContracts(terms);
  const rollup = contract(rollupBytecode, batchRegistry.address, game.challengeManager.address);
  const factory = contract(rollupFactoryBytecode, rollup.address, inbox.address, bridge.address);
  return { nativeTwin, erc20Twin, erc721Twin, erc1155Twin, batchRegistry, inbox, bridge, ...game, rollup, factory };
}

function mismatch(message: string, cause?: unknown): DeploymentError {
  return new DeploymentError('DEPLOYMENT_MISMATCH', `L1 contracts are not as expected: ${message}`, {
    hint: 'check the L1 RPC URL and the factory address; without an address the contracts are deployed anew',
    cause,
  });
}

function contract(bytecode: Hex, ...constructorAddresses: Address[]): Create2Contract {
  const types = constructorAddresses.map(() => ({ type: 'address' }) as const);
  return create2Contract(bytecode, encodeAbiParameters(types, constructorAddresses));
}
