import {
  type BlockContext,
  type DecodedTransaction,
  EMPTY_ROOT,
  type Engine,
  hexToBytes,
  keccak256,
  type StateRef,
  validateTransaction,
} from '@tephra/engine';

const NO_CODE = keccak256(new Uint8Array(0));

/**
 * What the state says now against a transaction that is executed later, in the words of its execution; an earlier nonce of
 * the sender that is missing is no objection.
 * @param dataFeeWei what the transaction pays for its bytes
 * @returns the sender's nonce
 * @throws InvalidTransactionError
 */
export async function checkState(
  engine: Pick<Engine, 'getAccount'>,
  tx: DecodedTransaction,
  at: StateRef,
  context: BlockContext,
  dataFeeWei: bigint,
): Promise<bigint> {
  const account = await engine.getAccount(tx.sender, at);
  const nonce = account?.nonce ?? 0n;
  const sender = {
    nonce: tx.nonce > nonce ? tx.nonce : nonce,
    balance: account?.balance ?? 0n,
    storageRoot: account === null ? EMPTY_ROOT : hexToBytes(account.storageRoot),
    codeHash: account === null ? NO_CODE : hexToBytes(account.codeHash),
  };
  validateTransaction(tx, sender, context, context.gasLimit, dataFeeWei);
  return nonce;
}
