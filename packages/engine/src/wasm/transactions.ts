import {
  type Address,
  BEACON_ROOTS,
  type Hash,
  HISTORY_STORAGE,
  includesFork,
  SYSTEM_TRANSACTION_TYPE,
} from '@tephra/protocol';
import { hexToBytes } from '../bytes.ts';
import type { BlockContext, ExecutableTransaction, ExecutionOutcome } from '../engine.ts';
import type { OpenBlock } from '../state/blockSlot.ts';
import { type DecodedTransaction, decodeTransaction } from '../transaction/decode.ts';
import { floorGas, intrinsicGas } from '../transaction/intrinsicGas.ts';
import { lowerAddress } from '../transaction/lowerAddress.ts';
import type { Message } from '../transaction/message.ts';
import { unpaidSystemOutcome } from '../transaction/outcome.ts';
import { blobGas, effectiveGasPrice, validateTransaction } from '../transaction/validate.ts';
import type { WasmMachine } from './machine.ts';

const SYSTEM_CALLER: Address = `0x${'f'.repeat(39)}e`;
const SYSTEM_CALL_GAS = 30_000_000n;

/** Keeps what `change` does to the block, or nothing of it when the host fails. */
export function guarded<T>(machine: WasmMachine, change: () => T): T {
  machine.begin();
  try {
    const result = change();
    machine.keep();
    return result;
  } catch (error) {
    machine.rollback();
    throw error;
  }
}

/**
 * Makes the block's system calls. EIP-4788: the beacon roots contract, where there is one, records parentBeaconBlockRoot;
 * EIP-2935: the history contract the parent's hash.
 */
export function callSystem(machine: WasmMachine, context: BlockContext): void {
  call(machine, BEACON_ROOTS.address, context.parentBeaconBlockRoot);
  if (includesFork(machine.hardfork, 'prague') && context.parentHash !== undefined) {
    call(machine, HISTORY_STORAGE.address, context.parentHash);
  }
}

function call(machine: WasmMachine, contract: Address, word: Hash): void {
  const to = contract.toLowerCase() as Address;
  if (machine.code(to).length === 0) return;
  const nonce = machine.peek(SYSTEM_CALLER)?.nonce ?? 0n;
  const data = hexToBytes(word);
  const message: Message = {
    from: SYSTEM_CALLER,
    to,
    value: 0n,
    data,
    gasLimit: SYSTEM_CALL_GAS + intrinsicGas(data, false, []),
    gasPrice: 0n,
    accessList: [],
  };
  guarded(machine, () => {
    machine.execute(message);
    // No transaction: the caller's nonce stays.
    machine.setNonce(SYSTEM_CALLER, nonce);
  });
}

export function decoded(transaction: ExecutableTransaction, chainId: bigint): DecodedTransaction {
  const { raw, sender } = transaction;
  return transaction.decoded ?? decodeTransaction(raw, { chainId, sender: lowerAddress(sender) });
}

/**
 * The message of a transaction, or its outcome when there is nothing to execute: a system transaction, as OP Stack's
 * deposits, always takes place, at worst as a reverted receipt, and costs nothing.
 * @throws InvalidTransactionError
 */
export function messageOf(
  machine: WasmMachine,
  { context, gasUsed }: OpenBlock,
  tx: DecodedTransaction,
  { dataFeeWei = 0n, fromInbox = false }: Pick<ExecutableTransaction, 'dataFeeWei' | 'fromInbox'>,
): Message | ExecutionOutcome {
  const { sender, to, value, data, gasLimit, accessList, authorizationList } = tx;
  const message: Message = { from: sender, to, value, data, gasLimit, gasPrice: 0n, accessList };
  if (tx.type === SYSTEM_TRANSACTION_TYPE) {
    const intrinsic = intrinsicGas(data, false, []);
    if (gasLimit >= intrinsic) return message;
    guarded(machine, () => machine.setNonce(sender, (machine.peek(sender)?.nonce ?? 0n) + 1n));
    return unpaidSystemOutcome(tx, intrinsic);
  }
  const { hardfork } = machine;
  const gasLeft = fromInbox ? gasLimit : context.gasLimit - gasUsed;
  validateTransaction(tx, machine.sender(sender), context, { gasLeft, dataFee: dataFeeWei, hardfork });
  message.floor = floorGas(data, hardfork);
  if (authorizationList !== undefined) message.authorizationList = authorizationList;
  message.gasPrice = effectiveGasPrice(tx, context.baseFeePerGas);
  message.dataFee = dataFeeWei;
  if (tx.blobs !== undefined) {
    message.blobHashes = tx.blobs.hashes;
    message.blobFee = blobGas(tx) * (context.blobBaseFee ?? 1n);
  }
  return message;
}
