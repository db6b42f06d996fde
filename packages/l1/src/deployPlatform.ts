import { type Logger, systemClock, TephraError } from '@tephra/core';
import type { Address, Hex } from '@tephra/protocol';
import { concatHex, encodeAbiParameters, getContractAddress, size, zeroAddress, zeroHash } from 'viem';
import type { L1Client } from './client.ts';
import { bridgeAbi, rollupFactoryAbi } from './generated/abis.ts';
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

export class DeploymentError extends TephraError<'CREATE2_DEPLOYER_MISSING' | 'DEPLOYMENT_MISMATCH'> {}

/** Where the contracts shared by all chains live on one L1. */
export type Deployments = {
  l1ChainId: number;
  factory: Address;
  batchRegistry: Address;
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
};

/** The CREATE2 deployer that exists on nearly every chain (github.com/Arachnid/deterministic-deployment-proxy). */
const CREATE2_DEPLOYER: Address = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
/**
 * The transaction that creates it, for L1s that lack it: signed by an account whose key nobody has, valid on every chain
 * because it names none, for 100,000 gas at 100 gwei.
 */
const CREATE2_DEPLOYMENT = {
  signer: '0x3fAB184622Dc19b6109349B94811493BF2a45362',
  cost: 10_000_000_000_000_000n,
  raw: '0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf31ba02222222222222222222222222222222222222222222222222222222222222222a02222222222222222222222222222222222222222222222222222222222222222',
} as const satisfies { signer: Address; cost: bigint; raw: Hex };

type Contract = { address: Address; initCode: Hex };
type PlatformContracts = Record<
  | 'nativeTwin'
  | 'erc20Twin'
  | 'erc721Twin'
  | 'erc1155Twin'
  | 'batchRegistry'
  | 'inbox'
  | 'bridge'
  | 'rollup'
  | 'factory',
  Contract
>;

/**
 * Deploys the shared contracts. Their addresses follow from their code alone, so what exists already is used as it is and
 * a call that was interrupted is finished by the next.
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
  const contracts = platformContracts();
  if (!(await hasCode(sender.client, CREATE2_DEPLOYER))) await deployCreate2(sender);
  const present = await Promise.all(Object.values(contracts).map(({ address }) => hasCode(sender.client, address)));
  const missing = Object.entries(contracts).filter((_, index) => !present[index]);
  if (missing.length > 0) deps.logger.info({ contracts: missing.map(([name]) => name) }, 'deploying the L1 contracts');
  await Promise.all(
    missing.map(([, { initCode }]) =>
      sender.send({ to: CREATE2_DEPLOYER, data: concatHex([zeroHash, initCode]), gas: deploymentGas(initCode) }),
    ),
  );
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
    const [nativeTwin, erc20Twin, erc721Twin, erc1155Twin] = await Promise.all([
      client.readContract({ ...twins, functionName: 'nativeTwinImplementation' }),
      client.readContract({ ...twins, functionName: 'erc20TwinImplementation' }),
      client.readContract({ ...twins, functionName: 'erc721TwinImplementation' }),
      client.readContract({ ...twins, functionName: 'erc1155TwinImplementation' }),
    ]);
    const found: Deployments = {
      l1ChainId: chainId,
      factory: expected.factory,
      batchRegistry,
      implementations: { rollup, inbox, bridge, nativeTwin, erc20Twin, erc721Twin, erc1155Twin },
      deployedAtBlock,
    };
    for (const address of [batchRegistry, ...Object.values(found.implementations)]) {
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

async function deployCreate2(sender: TransactionSender): Promise<void> {
  const { signer, cost, raw } = CREATE2_DEPLOYMENT;
  try {
    const balance = await sender.client.getBalance({ address: signer });
    if (balance < cost) await sender.send({ to: signer, value: cost - balance });
    const hash = await sender.client.sendRawTransaction({ serializedTransaction: raw });
    await sender.client.waitForTransactionReceipt({ hash });
  } catch (cause) {
    throw deployerMissing(cause);
  }
  if (!(await hasCode(sender.client, CREATE2_DEPLOYER))) throw deployerMissing();
}

function deployerMissing(cause?: unknown): DeploymentError {
  return new DeploymentError(
    'CREATE2_DEPLOYER_MISSING',
    `this L1 has no CREATE2 deployer at ${CREATE2_DEPLOYER} and does not take the transaction that creates it`,
    {
      hint: 'let the L1 accept transactions without a chain id (geth: --rpc.allow-unprotected-txs) and try again',
      cause,
    },
  );
}

/** Every contract with its address, in an order in which they can be deployed. */
function platformContracts(): PlatformContracts {
  const nativeTwin = contract(nativeTwinBytecode);
  const erc20Twin = contract(erc20TwinBytecode);
  const erc721Twin = contract(erc721TwinBytecode);
  const erc1155Twin = contract(erc1155TwinBytecode);
  const batchRegistry = contract(batchRegistryBytecode);
  const inbox = contract(inboxBytecode);
  // The constructor's struct of addresses is encoded as its members are.
  const twins = [nativeTwin, erc20Twin, erc721Twin, erc1155Twin].map(({ address }) => address);
  const bridge = contract(bridgeBytecode, ...twins);
  // No dispute game exists yet: packs cannot be reverted.
  const rollup = contract(rollupBytecode, batchRegistry.address, zeroAddress);
  const factory = contract(rollupFactoryBytecode, rollup.address, inbox.address, bridge.address);
  return { nativeTwin, erc20Twin, erc721Twin, erc1155Twin, batchRegistry, inbox, bridge, rollup, factory };
}

function contract(bytecode: Hex, ...constructorAddresses: Address[]): Contract {
  const parameters = encodeAbiParameters(
    constructorAddresses.map(() => ({ type: 'address' }) as const),
    constructorAddresses,
  );
  const initCode = concatHex([bytecode, parameters]);
  return {
    initCode,
    address: getContractAddress({ opcode: 'CREATE2', from: CREATE2_DEPLOYER, salt: zeroHash, bytecode: initCode }),
  };
}

/** An estimate would fail for contracts whose parts are still on their way; per byte: calldata 16, code deposit 200. */
function deploymentGas(initCode: Hex): bigint {
  return 400_000n + BigInt(size(initCode)) * 225n;
}

async function hasCode(client: L1Client, address: Address): Promise<boolean> {
  const code = await client.getCode({ address });
  return code !== undefined && code !== '0x';
}

function mismatch(message: string, cause?: unknown): DeploymentError {
  return new DeploymentError('DEPLOYMENT_MISMATCH', `L1 contracts are not as expected: ${message}`, {
    hint: 'check the L1 RPC URL and the factory address; without an address the contracts are deployed anew',
    cause,
  });
}
