import {
  type DecodedTransaction,
  decodeTransaction,
  hexToBytes,
  type InvalidTransactionCode,
  InvalidTransactionError,
} from '@tephra/engine';
import {
  FORCED_GAS_LIMIT,
  type ForcedTransaction,
  type Hardfork,
  type SkipReason,
  SYSTEM_TRANSACTION_TYPE,
} from '@tephra/protocol';

export type { SkipReason };

const REASONS: Record<InvalidTransactionCode, SkipReason> = {
  MALFORMED: 'malformed',
  WRONG_CHAIN: 'wrongChain',
  TYPE_UNSUPPORTED: 'type',
  GAS_LIMIT_EXCEEDED: 'gasLimit',
  NONCE_TOO_LOW: 'nonceTooLow',
  NONCE_TOO_HIGH: 'nonceTooHigh',
  INSUFFICIENT_FUNDS: 'funds',
  FEE_CAP_TOO_LOW: 'feeCap',
  SENDER_NOT_EOA: 'senderHasCode',
  INTRINSIC_GAS: 'other',
  INIT_CODE_TOO_LARGE: 'other',
};

/**
 * Reads what somebody delivered as a transaction and makes the checks that need no state.
 * @throws InvalidTransactionError
 */
export function decodeForced(
  forced: ForcedTransaction,
  chain: { chainId: bigint; hardfork: Hardfork },
): DecodedTransaction {
  const raw = hexToBytes(forced.raw);
  if (raw[0] === SYSTEM_TRANSACTION_TYPE) {
    throw new InvalidTransactionError('TYPE_UNSUPPORTED', 'transaction type not supported');
  }
  const tx = decodeTransaction(raw, chain);
  if (tx.gasLimit > FORCED_GAS_LIMIT) {
    const message = `forced transaction gas limit too high (cap: ${FORCED_GAS_LIMIT}, tx: ${tx.gasLimit})`;
    throw new InvalidTransactionError('GAS_LIMIT_EXCEEDED', message);
  }
  return tx;
}

/** Which of the reasons that the chain records an error of {@link decodeForced} or of the engine is. */
export const skipReasonOf = (error: InvalidTransactionError): SkipReason => REASONS[error.code];
