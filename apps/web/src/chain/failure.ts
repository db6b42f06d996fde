import type { PublicClient } from 'viem';
import { describeError } from '../lib/errors.ts';
import { methodOf } from './methods.ts';
import { type CallFrame, readCalls } from './trace.ts';
import type { TransactionView } from './transaction.ts';

/** Why a transaction failed, from its trace: the reason, and the inner call that it came from. */
export async function failureOf(client: PublicClient, view: TransactionView): Promise<string> {
  if (view.receipt === null) return 'It is not in a block yet.';
  try {
    return reasonOf(await readCalls(client, view.hash));
  } catch (error) {
    return `The reason could not be traced. ${describeError(error).message}`;
  }
}

/** The deepest failed call on the way that failed last tells most. */
export function reasonOf(top: CallFrame): string {
  let culprit = top;
  for (;;) {
    const inner = culprit.calls.findLast((call) => call.error !== null);
    if (inner === undefined) break;
    culprit = inner;
  }
  const reason = (culprit.error ?? top.error ?? 'no reason given').replace(/^execution reverted:? ?/, '');
  const said = reason === '' ? 'It reverted without a reason.' : `Reason: ${reason}.`;
  if (culprit === top) return said;
  const method = methodOf(culprit.input);
  return `${said} It came from ${method === '' ? 'a transfer' : `the call ${method}`} to ${culprit.to ?? 'a new contract'}.`;
}
