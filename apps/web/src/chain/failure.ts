import type { Abi, Address, PublicClient } from 'viem';
import { describeError } from '../lib/errors.ts';
import { type Decoded, decodeRevert, methodOf, revertText } from './decode.ts';
import { type CallFrame, readCalls } from './trace.ts';
import type { TransactionView } from './transaction.ts';

/** Why a transaction failed: in words, the error with its arguments where it has some, and the inner call it came from. */
export type Failure = {
  text: string;
  error: Decoded | null;
  /** The failing call, when it is not the transaction itself. */
  inner: { method: string; to: Address | null } | null;
  /** Contract whose pasted ABI could name the error; null when it has a name. */
  unnamedAt: Address | null;
};

/** Why a transaction failed, from its trace: the reason, and the inner call that it came from. */
export async function failureOf(
  client: PublicClient,
  view: TransactionView,
  abis: readonly Abi[] = [],
): Promise<Failure> {
  const plain = (text: string): Failure => ({ text, error: null, inner: null, unnamedAt: null });
  if (view.receipt === null) return plain('It is not in a block yet.');
  try {
    return reasonOf(await readCalls(client, view.hash), abis);
  } catch (error) {
    return plain(`The reason could not be traced. ${describeError(error).message}`);
  }
}

/** The deepest failed call on the way that failed last tells most. */
export function reasonOf(top: CallFrame, abis: readonly Abi[] = []): Failure {
  let culprit = top;
  for (;;) {
    const inner = culprit.calls.findLast((call) => call.error !== null);
    if (inner === undefined) break;
    culprit = inner;
  }
  const revert = decodeRevert(culprit.output, abis);
  const said = (culprit.error ?? top.error ?? '').replace(/^execution reverted:? ?/, '');
  const text =
    revert.kind === 'empty'
      ? said === ''
        ? 'It reverted without a reason.'
        : `Reason: ${said}.`
      : `Reason: ${revertText(revert)}.`;
  return {
    text,
    error: revert.kind === 'custom' && revert.error.args.length > 0 ? revert.error : null,
    inner: culprit === top ? null : { method: methodOf(culprit.input), to: culprit.to },
    unnamedAt: revert.kind === 'unknown' ? culprit.to : null,
  };
}
