import {
  type BlockContext,
  type DecodedTransaction,
  type Engine,
  hexToBytes,
  type StateRef,
  senderOf,
  type TransactionTerms,
  validateTransaction,
} from '@tephra/engine';

/**
 * What the state says now against a transaction that is executed later, in the words of its execution; an earlier nonce of
 * the sender that is missing is no objection.
 * @param terms.dataFee what the transaction pays for its bytes, wei
 * @returns the sender's nonce
 * @throws InvalidTransactionError
 */
export async function checkState(
  engine: Pick<Engine, 'getAccount' | 'getCode'>,
  tx: DecodedTransaction,
  at: StateRef,
  context: BlockContext,
  terms: Omit<TransactionTerms, 'gasLeft'>,
): Promise<bigint> {
  const account = await engine.getAccount(tx.sender, at);
  const nonce = account?.nonce ?? 0n;
  const code = account === null ? '0x' : await engine.getCode(tx.sender, at);
  const known = account && { ...account, codeHash: hexToBytes(account.codeHash) };
  const sender = senderOf(known, () => hexToBytes(code), terms.hardfork) ?? { balance: 0n, isContract: false };
  const atTurn = { ...sender, nonce: tx.nonce > nonce ? tx.nonce : nonce };
  validateTransaction(tx, atTurn, context, { ...terms, gasLeft: context.gasLimit });
  return nonce;
}
