import { type Address, type Hardfork, includesFork } from '@tephra/protocol';
import type { BlockContext } from '../engine.ts';
import { InvalidTransactionError } from '../errors.ts';
import type { DecodedTransaction } from './decode.ts';
import type { Sender } from './delegation.ts';
import { floorGas, intrinsicGas, MAX_INIT_CODE_SIZE } from './intrinsicGas.ts';

/** Price per gas that the sender pays in a block with this base fee. */
export function effectiveGasPrice(
  tx: Pick<DecodedTransaction, 'maxFeePerGas' | 'maxPriorityFeePerGas'>,
  baseFee: bigint,
): bigint {
  const price = baseFee + tx.maxPriorityFeePerGas;
  if (price > tx.maxFeePerGas) return tx.maxFeePerGas;
  return price;
}

const GAS_PER_BLOB = 131_072n;
/** Of one transaction (EIP-4844, EIP-7691). */
const maxBlobs = (hardfork: Hardfork): number => (includesFork(hardfork, 'prague') ? 9 : 6);

/** Gas of a transaction's blobs (EIP-4844). */
export const blobGas = (tx: Pick<DecodedTransaction, 'blobs'>): bigint =>
  GAS_PER_BLOB * BigInt(tx.blobs?.hashes.length ?? 0);

function validateBlobs(
  tx: DecodedTransaction,
  { hashes, maxFeePerGas }: NonNullable<DecodedTransaction['blobs']>,
  context: BlockContext,
  hardfork: Hardfork,
): void {
  const malformed = (message: string): never => {
    throw new InvalidTransactionError('MALFORMED', message);
  };
  if (tx.to === null) malformed('blob transaction of type create');
  if (hashes.length === 0) malformed('blob transaction missing blob hashes');
  const most = maxBlobs(hardfork);
  if (hashes.length > most) malformed(`blob transaction has too many blobs: ${hashes.length}, at most ${most}`);
  const wrong = hashes.findIndex((hash) => !hash.startsWith('0x01'));
  if (wrong !== -1) malformed(`blob ${wrong} has invalid hash version`);
  const baseFee = context.blobBaseFee ?? 1n;
  if (maxFeePerGas < baseFee) {
    throw new InvalidTransactionError(
      'FEE_CAP_TOO_LOW',
      `max fee per blob gas less than block blob gas fee: address ${tx.sender}, blobGasFeeCap: ${maxFeePerGas}, blobBaseFee: ${baseFee}`,
    );
  }
}

/** EIP-2681. */
const MAX_NONCE = (1n << 64n) - 1n;

export type TransactionTerms = {
  /** Gas that the block has left. */
  gasLeft: bigint;
  /** Wei, see ExecutableTransaction.dataFeeWei. */
  dataFee: bigint;
  hardfork: Hardfork;
};

/**
 * Checks everything that makes a signed transaction valid or not, in go-ethereum's order and words (core/state_transition.go).
 * @throws InvalidTransactionError
 */
export function validateTransaction(
  tx: DecodedTransaction,
  sender: Sender | null,
  context: BlockContext,
  { gasLeft, dataFee, hardfork }: TransactionTerms,
): void {
  const invalid = (code: ConstructorParameters<typeof InvalidTransactionError>[0], message: string): never => {
    throw new InvalidTransactionError(code, message);
  };
  if (tx.authorizationList !== undefined) requireSetCode(hardfork);
  const nonce = sender?.nonce ?? 0n;
  const balance = sender?.balance ?? 0n;
  if (tx.nonce < nonce) invalid('NONCE_TOO_LOW', `nonce too low: next nonce ${nonce}, tx nonce ${tx.nonce}`);
  if (tx.nonce > nonce)
    invalid('NONCE_TOO_HIGH', `nonce too high: address ${tx.sender}, tx: ${tx.nonce} state: ${nonce}`);
  if (nonce === MAX_NONCE) invalid('NONCE_TOO_HIGH', `nonce has max value: address ${tx.sender}, nonce: ${nonce}`);
  if (sender?.isContract) invalid('SENDER_NOT_EOA', `sender not an eoa: address ${tx.sender}`);
  if (tx.maxFeePerGas < tx.maxPriorityFeePerGas) {
    invalid(
      'FEE_CAP_TOO_LOW',
      `max priority fee per gas higher than max fee per gas: address ${tx.sender}, maxPriorityFeePerGas: ${tx.maxPriorityFeePerGas}, maxFeePerGas: ${tx.maxFeePerGas}`,
    );
  }
  if (tx.maxFeePerGas < context.baseFeePerGas) {
    invalid(
      'FEE_CAP_TOO_LOW',
      `max fee per gas less than block base fee: address ${tx.sender}, maxFeePerGas: ${tx.maxFeePerGas}, baseFee: ${context.baseFeePerGas}`,
    );
  }
  if (tx.blobs !== undefined) validateBlobs(tx, tx.blobs, context, hardfork);
  if (tx.authorizationList !== undefined) validateAuthorizations(tx.to, tx.authorizationList);
  const cost = tx.gasLimit * tx.maxFeePerGas + tx.value + blobGas(tx) * (tx.blobs?.maxFeePerGas ?? 0n) + dataFee;
  if (balance < cost) {
    invalid(
      'INSUFFICIENT_FUNDS',
      `insufficient funds for gas * price + value: address ${tx.sender} have ${balance} want ${cost}`,
    );
  }
  if (tx.gasLimit > gasLeft) {
    if (tx.gasLimit > context.gasLimit) invalid('GAS_LIMIT_EXCEEDED', 'exceeds block gas limit');
    invalid('GAS_LIMIT_EXCEEDED', 'gas limit reached');
  }
  const creates = tx.to === null;
  validateGas(tx, hardfork);
  if (creates && tx.data.length > MAX_INIT_CODE_SIZE) {
    invalid(
      'INIT_CODE_TOO_LARGE',
      `max initcode size exceeded: code size ${tx.data.length} limit ${MAX_INIT_CODE_SIZE}`,
    );
  }
}

/**
 * Checks that a simulated transaction could follow on its sender's account.
 * @throws InvalidTransactionError NONCE_TOO_LOW, NONCE_TOO_HIGH, SENDER_NOT_EOA
 */
export function validateSender(from: Address, nonce: bigint, account: Sender | null): void {
  const next = account?.nonce ?? 0n;
  const words = `address ${from}, tx: ${nonce} state: ${next}`;
  if (nonce < next) throw new InvalidTransactionError('NONCE_TOO_LOW', `nonce too low: ${words}`);
  if (nonce > next) throw new InvalidTransactionError('NONCE_TOO_HIGH', `nonce too high: ${words}`);
  if (account?.isContract) {
    throw new InvalidTransactionError('SENDER_NOT_EOA', `sender not an eoa: address ${from}`);
  }
}

/**
 * Checks a message without a signature.
 * @param balance of its sender
 * @throws InvalidTransactionError
 */
export function validateCall(
  message: GasTerms &
    Pick<DecodedTransaction, 'value'> & {
      from: Address;
      gasPrice: bigint;
    },
  balance: bigint,
  context: BlockContext,
  hardfork: Hardfork,
): void {
  if (message.authorizationList !== undefined) {
    requireSetCode(hardfork);
    validateAuthorizations(message.to, message.authorizationList);
  }
  if (message.gasPrice > 0n && message.gasPrice < context.baseFeePerGas) {
    throw new InvalidTransactionError(
      'FEE_CAP_TOO_LOW',
      `max fee per gas less than block base fee: address ${message.from}, maxFeePerGas: ${message.gasPrice}, baseFee: ${context.baseFeePerGas}`,
    );
  }
  const cost = message.gasLimit * message.gasPrice + message.value;
  if (balance < cost) {
    throw new InvalidTransactionError(
      'INSUFFICIENT_FUNDS',
      `insufficient funds for gas * price + value: address ${message.from} have ${balance} want ${cost}`,
    );
  }
  validateGas(message, hardfork);
}

function requireSetCode(hardfork: Hardfork): void {
  if (includesFork(hardfork, 'prague')) return;
  throw new InvalidTransactionError('TYPE_UNSUPPORTED', 'transaction type not supported');
}

/** EIP-7702. */
function validateAuthorizations(to: Address | null, list: readonly unknown[]): void {
  if (to === null) {
    throw new InvalidTransactionError('MALFORMED', 'EIP-7702 transaction cannot be used to create contract');
  }
  if (list.length === 0) throw new InvalidTransactionError('MALFORMED', 'EIP-7702 transaction with empty auth list');
}

type GasTerms = Pick<DecodedTransaction, 'to' | 'data' | 'gasLimit' | 'accessList' | 'authorizationList'>;

/**
 * Checks that the gas limit covers what is paid before execution, and the floor of EIP-7623.
 * @throws InvalidTransactionError INTRINSIC_GAS
 */
export function validateGas(tx: GasTerms, hardfork: Hardfork): void {
  const intrinsic = intrinsicGas(tx.data, tx.to === null, tx.accessList, tx.authorizationList?.length);
  if (tx.gasLimit < intrinsic) {
    throw new InvalidTransactionError('INTRINSIC_GAS', `intrinsic gas too low: have ${tx.gasLimit}, want ${intrinsic}`);
  }
  const floor = floorGas(tx.data, hardfork);
  if (tx.gasLimit < floor) {
    throw new InvalidTransactionError(
      'INTRINSIC_GAS',
      `insufficient gas for floor data gas cost: have ${tx.gasLimit}, want ${floor}`,
    );
  }
}
