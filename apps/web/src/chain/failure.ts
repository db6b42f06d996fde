import { BaseError, type PublicClient, RawContractError } from 'viem';
import { describeError } from '../lib/errors.ts';
import type { TransactionView } from './transaction.ts';

/**
 * Why a transaction failed, found by running it again on the state before its block. Transactions before it in the same
 * block are not part of that state, so the answer may be "it would succeed alone".
 */
export async function failureOf(client: PublicClient, view: TransactionView): Promise<string> {
  const { receipt } = view;
  if (receipt === null) return 'It is not in a block yet.';
  if (receipt.gasUsed >= view.gas) return 'It ran out of gas.';
  try {
    await client.call({
      account: view.from,
      to: view.to ?? undefined,
      data: view.input,
      value: view.value,
      gas: view.gas,
      blockNumber: receipt.blockNumber - 1n,
    });
    return 'Run again alone it succeeds: an earlier transaction of the same block changed what it relied on.';
  } catch (error) {
    if (error instanceof BaseError) {
      const raw = error.walk((each) => each instanceof RawContractError);
      const reason = error.walk((each) => each instanceof Error && /reverted/i.test(each.message));
      if (reason instanceof Error) return firstLine(reason.message);
      if (raw instanceof RawContractError && raw.data !== undefined)
        return `It reverted with ${String(raw.data).slice(0, 10)}.`;
    }
    return describeError(error).message;
  }
}

function firstLine(text: string): string {
  return text.split('\n').slice(0, 2).join(' ').trim();
}
