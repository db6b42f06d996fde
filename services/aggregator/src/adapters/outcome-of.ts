import type { Clock } from '@tephra/core';
import type { L1Client } from '@tephra/l1';
import type { Hash } from '@tephra/protocol';
import type { TransactionReceipt } from 'viem';
import { AggregatorError } from '../errors.ts';

/** Looks at a transaction of an earlier attempt this often before the attempt is put off. */
const LOOKS = 20;
const LOOK_MS = 500;

/**
 * What became of a transaction that an earlier attempt signed: its receipt at depth, or undefined when the L1 does not
 * know it.
 * @throws AggregatorError SUBMISSION_PENDING while it waits to be mined: sending another would answer twice
 */
export async function outcomeOf(
  hash: Hash,
  confirmations: number,
  signal: AbortSignal,
  { client, clock }: { client: L1Client; clock: Clock },
): Promise<TransactionReceipt | undefined> {
  for (let look = 0; look < LOOKS; look++) {
    const transaction = await client.getTransaction({ hash }).catch(ifNotFound);
    if (!transaction) return undefined;
    const receipt = await client.getTransactionReceipt({ hash }).catch(ifNotFound);
    const depth = receipt ? (await client.getBlockNumber()) - receipt.blockNumber + 1n : 0n;
    if (receipt && depth >= BigInt(confirmations)) return receipt;
    await clock.sleep(LOOK_MS, signal);
  }
  throw new AggregatorError('SUBMISSION_PENDING', `transaction ${hash} is not mined yet`, { retryable: true });
}

function ifNotFound(error: unknown): undefined {
  if (error instanceof Error && /NotFoundError$/.test(error.name)) return undefined;
  throw error;
}
