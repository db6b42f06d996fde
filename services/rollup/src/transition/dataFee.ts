import type { DecodedTransaction } from '@tephra/engine';
import { type ChainRules, SYSTEM_TRANSACTION_TYPE } from '@tephra/protocol';

/** What the sender pays for the bytes that a batch carries of the transaction, wei; the protocol's own pay nothing. */
export function dataFeeOf(
  tx: Pick<DecodedTransaction, 'raw' | 'type'>,
  { dataFeePerByte, gasless }: Pick<ChainRules, 'dataFeePerByte' | 'gasless'>,
): bigint {
  if (gasless || tx.type === SYSTEM_TRANSACTION_TYPE) return 0n;
  return BigInt(tx.raw.length) * dataFeePerByte;
}
