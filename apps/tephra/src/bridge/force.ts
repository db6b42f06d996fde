import { decodeTransaction, hexToBytes, InvalidTransactionError } from '@tephra/engine';
import { bridgeAbi, chainStateAbi, inboxAbi, type TransactionSender } from '@tephra/l1';
import { type Address, FORCED_GAS_LIMIT, type Hash, type Hex, PREDEPLOYS, SKIP_REASONS } from '@tephra/protocol';
import { encodeFunctionData, getContract, keccak256, parseEventLogs } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { CliError } from '../cli/errors.ts';
import type { LayerChain } from './layer-chain.ts';

/** The inbox takes no longer message. */
const MAX_RAW_BYTES = 16_384;

export type ForceStarted = { l1TransactionHash: Hash; inboxIndex: bigint; transactionHash: Hash };
export type ForceDone = ForceStarted &
  (
    | { outcome: 'executed'; status: 'success' | 'reverted'; l2BlockNumber: bigint }
    | { outcome: 'skipped'; reason: string; l2BlockNumber: bigint }
  );

/** What the user wants done; fields that are left out are asked of the layer. */
export type ForcedCall = {
  to: Address;
  value: bigint;
  data: Hex;
  gas?: bigint;
  nonce?: number;
  /** Wei per gas; 0 on a gasless layer. */
  feeCap?: bigint;
};

/** Signs a transaction of the layer. @throws CliError RPC_ERROR when it lacks something that the layer doesn't answer */
export async function signForced(chain: LayerChain, privateKey: Hex, call: ForcedCall): Promise<Hex> {
  const account = privateKeyToAccount(privateKey);
  const ask = async <T>(flag: string, question: () => Promise<T>): Promise<T> => {
    try {
      return await question();
    } catch (cause) {
      throw new CliError('RPC_ERROR', `${chain.name} does not say what ${flag} should be`, {
        hint: `Give ${flag} yourself, or the signed transaction.`,
        cause,
      });
    }
  };
  const { address } = account;
  const nonce = call.nonce ?? (await ask('--nonce', () => chain.l2.getTransactionCount({ address })));
  const gas =
    call.gas ??
    (await ask('--gas', () =>
      chain.l2.estimateGas({ account: address, to: call.to, value: call.value, data: call.data }),
    ));
  const feeCap = call.feeCap ?? (chain.gasless ? 0n : await ask('--fee-cap', () => doubleBaseFee(chain)));
  return account.signTransaction({
    type: 'eip1559',
    chainId: chain.l2ChainId,
    nonce,
    to: call.to,
    value: call.value,
    data: call.data,
    gas,
    maxFeePerGas: feeCap,
    maxPriorityFeePerGas: 0n,
  });
}

/** It may take minutes until the layer reads the L1 block, and the base fee moves meanwhile. */
async function doubleBaseFee(chain: LayerChain): Promise<bigint> {
  const { baseFeePerGas } = await chain.l2.getBlock();
  return (baseFeePerGas ?? 0n) * 2n;
}

/**
 * Refuses what the layer would skip whatever its state is.
 * @throws CliError USAGE
 */
export function checkForced(chain: LayerChain, raw: Hex): void {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new CliError('USAGE', `the layer would skip this transaction: ${reason}`, { cause });
  };
  if (raw.length / 2 - 1 > MAX_RAW_BYTES) refuse(`it is longer than ${MAX_RAW_BYTES} bytes`);
  try {
    const { gasLimit, type } = decodeTransaction(hexToBytes(raw), { chainId: BigInt(chain.l2ChainId) });
    if (type === 0x7e) refuse('nobody may send this type');
    if (gasLimit > FORCED_GAS_LIMIT) refuse(`its gas limit is ${gasLimit}, more than ${FORCED_GAS_LIMIT}`);
  } catch (error) {
    if (error instanceof InvalidTransactionError) refuse(error.message, error);
    throw error;
  }
}

/** Delivers a signed transaction of the layer to its inbox on the L1. */
export async function force(chain: LayerChain, raw: Hex, sender: TransactionSender): Promise<ForceStarted> {
  const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'forceTransaction', args: [raw] });
  const { hash, receipt } = await sender.send({ to: chain.bridge, data });
  const [delivered] = parseEventLogs({ abi: inboxAbi, eventName: 'MessageDelivered', logs: receipt.logs });
  if (!delivered) throw new CliError('VERIFICATION_FAILED', `L1 transaction ${hash} has no MessageDelivered event`);
  return { l1TransactionHash: hash, inboxIndex: delivered.args.index, transactionHash: keccak256(raw) };
}

/** Resolves when the layer has taken it in, whatever became of it. */
export async function awaitForced(chain: LayerChain, started: ForceStarted, signal: AbortSignal): Promise<ForceDone> {
  const state = getContract({ address: PREDEPLOYS.chainState, abi: chainStateAbi, client: chain.l2 });
  while ((await state.read.inboxPosition()) <= started.inboxIndex) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const [skipped] = await chain.l2.getContractEvents({
    address: PREDEPLOYS.chainState,
    abi: chainStateAbi,
    eventName: 'ForcedTransactionSkipped',
    args: { inboxIndex: started.inboxIndex },
    fromBlock: 0n,
    strict: true,
  });
  if (skipped) {
    const reason = Object.entries(SKIP_REASONS).find(([, number]) => number === skipped.args.reason)?.[0];
    const { blockNumber: l2BlockNumber } = skipped;
    return { ...started, outcome: 'skipped', reason: reason ?? String(skipped.args.reason), l2BlockNumber };
  }
  const receipt = await chain.l2.waitForTransactionReceipt({ hash: started.transactionHash });
  return { ...started, outcome: 'executed', status: receipt.status, l2BlockNumber: receipt.blockNumber };
}
