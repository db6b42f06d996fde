import {
  decodeUnrecovered,
  InvalidTransactionError,
  MAX_INIT_CODE_SIZE,
  type UnrecoveredTransaction,
  validateGas,
} from '@tephra/engine';
import { type Hardfork, SYSTEM_TRANSACTION_TYPE } from '@tephra/protocol';
import { MAX_TRANSACTION_BYTES, MAX_TRANSACTION_GAS } from '../transition/limits.ts';
import { SubmitError } from './errors.ts';

/**
 * Reads a user's raw transaction and makes all checks that need neither its sender nor a state.
 * @throws SubmitError or InvalidTransactionError
 */
export function admit(
  raw: Uint8Array,
  chain: { chainId: bigint; blockGasLimit: bigint; hardfork: Hardfork },
): UnrecoveredTransaction {
  if (raw.length > MAX_TRANSACTION_BYTES) {
    throw new SubmitError(
      'TRANSACTION_TOO_LARGE',
      `oversized data: transaction size ${raw.length}, limit ${MAX_TRANSACTION_BYTES}`,
    );
  }
  if (raw[0] === SYSTEM_TRANSACTION_TYPE) {
    throw new InvalidTransactionError('TYPE_UNSUPPORTED', 'transaction type not supported');
  }
  const decoded = decodeUnrecovered(raw, chain);
  const { tx } = decoded;
  if (tx.gasLimit > chain.blockGasLimit)
    throw new InvalidTransactionError('GAS_LIMIT_EXCEEDED', 'exceeds block gas limit');
  if (tx.gasLimit > MAX_TRANSACTION_GAS) {
    throw new SubmitError(
      'TRANSACTION_GAS_TOO_HIGH',
      `transaction gas limit too high (cap: ${MAX_TRANSACTION_GAS}, tx: ${tx.gasLimit})`,
    );
  }
  if (tx.to === null && tx.data.length > MAX_INIT_CODE_SIZE) {
    throw new InvalidTransactionError(
      'INIT_CODE_TOO_LARGE',
      `max initcode size exceeded: code size ${tx.data.length} limit ${MAX_INIT_CODE_SIZE}`,
    );
  }
  validateGas(tx, chain.hardfork);
  return decoded;
}
