import { type Logger, TephraError } from '@tephra/core';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { type Abi, concatHex, encodeAbiParameters, getContractAddress, size, zeroHash } from 'viem';
import type { L1Client } from '../client.ts';
import { L1Error } from '../errors.ts';
import type { SendRequest, TransactionSender } from '../sender/transaction-sender.ts';

export class DeploymentError extends TephraError<'CREATE2_DEPLOYER_MISSING' | 'DEPLOYMENT_MISMATCH'> {}

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

/** A contract whose address follows from its code, arguments and salt. */
export type Create2Contract = { address: Address; initCode: Hex; salt: Hash };

/** @param constructorArguments ABI-encoded */
export function create2Contract(
  bytecode: Hex,
  constructorArguments: Hex = '0x',
  salt: Hash = zeroHash,
): Create2Contract {
  const initCode = concatHex([bytecode, constructorArguments]);
  const address = getContractAddress({ opcode: 'CREATE2', from: CREATE2_DEPLOYER, salt, bytecode: initCode });
  return { initCode, salt, address };
}

/** @param parameters of the constructor, in its order */
export function constructed(bytecode: Hex, abi: Abi, parameters: readonly unknown[]): Create2Contract {
  const entry = abi.find((item) => item.type === 'constructor');
  return create2Contract(bytecode, encodeAbiParameters(entry?.inputs ?? [], parameters));
}

/**
 * Deploys those of the contracts that do not exist, all at once.
 * @param contracts by name, in an order in which they can be deployed
 * @throws DeploymentError CREATE2_DEPLOYER_MISSING when the L1 lacks the usual deployer and refuses it; L1Error when sending fails
 */
export async function deployMissing(
  sender: TransactionSender,
  contracts: Record<string, Create2Contract>,
  logger: Logger,
): Promise<void> {
  if (!(await hasCode(sender.client, CREATE2_DEPLOYER))) await deployCreate2(sender);
  const present = await Promise.all(Object.values(contracts).map(({ address }) => hasCode(sender.client, address)));
  const missing = Object.entries(contracts).filter((_, index) => !present[index]);
  if (missing.length > 0) logger.info({ contracts: missing.map(([name]) => name) }, 'deploying L1 contracts');
  await Promise.all(
    missing.map(([, { address, initCode, salt }]) =>
      sendUnlessDone(
        sender,
        { to: CREATE2_DEPLOYER, data: concatHex([salt, initCode]), gas: deploymentGas(initCode) },
        () => hasCode(sender.client, address),
      ),
    ),
  );
}

/**
 * Sends what has an effect once. An interrupted call may have left the same transaction under way, which then comes first and
 * makes this one fail: that is a success, if the effect is there.
 */
export async function sendUnlessDone(
  sender: TransactionSender,
  request: SendRequest,
  isDone: () => Promise<boolean>,
): Promise<void> {
  try {
    await sender.send(request);
  } catch (error) {
    if (!(error instanceof L1Error && error.code === 'REVERTED' && (await isDone()))) throw error;
  }
}

export async function hasCode(client: L1Client, address: Address): Promise<boolean> {
  const code = await client.getCode({ address });
  return code !== undefined && code !== '0x';
}

/** An estimate would fail for contracts whose parts are still on their way; per byte: calldata 16, code deposit 200. */
function deploymentGas(initCode: Hex): bigint {
  return 400_000n + BigInt(size(initCode)) * 225n;
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
