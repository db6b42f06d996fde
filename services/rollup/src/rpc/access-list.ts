import type { CallOutcome, StateOverrides } from '@tephra/engine';
import { callAt, callRequest } from './call.ts';
import type { RpcContext } from './context.ts';
import { RPC_ERROR, RpcError, revertReason } from './errors.ts';
import type { AccessListEntry } from './format/transaction.ts';
import { quantity } from './hex.ts';
import type { BlockRef, CallArguments } from './params.ts';
import { readState } from './resolve.ts';

/** A warm slot can change the path that a contract takes, so the list may need a few rounds to settle. */
const MAX_ROUNDS = 10;

/**
 * EIP-2930 list with which the call touches nothing cold, and the gas it then uses. A call that fails has its list too,
 * with the reason in `error`, as go-ethereum answers.
 */
export function createAccessList(
  context: RpcContext,
  args: CallArguments,
  ref: BlockRef,
  overrides: StateOverrides | undefined,
) {
  return readState(context, ref, async (view) => {
    const request = callRequest(context, args, view.context);
    let list: AccessListEntry[] = args.accessList ?? [];
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const outcome = await callAt(context, { ...request, accessList: list, traceAccess: true }, view, overrides);
      const touched = outcome.accessList ?? [];
      if (sameList(list, touched)) {
        const error = failure(outcome);
        return { accessList: list, gasUsed: quantity(outcome.gasUsed), ...(error === undefined ? {} : { error }) };
      }
      list = touched;
    }
    throw new RpcError(RPC_ERROR.server, `the access list did not settle in ${MAX_ROUNDS} rounds`);
  });
}

function failure(outcome: CallOutcome): string | undefined {
  if (outcome.status === 'success') return undefined;
  if (outcome.status === 'halted') return outcome.haltReason ?? 'execution halted';
  const reason = revertReason(outcome.returnData);
  return reason === undefined ? 'execution reverted' : `execution reverted: ${reason}`;
}

/** Order does not matter. */
function sameList(a: AccessListEntry[], b: AccessListEntry[]): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf(list: AccessListEntry[]): string {
  return list
    .map(({ address, storageKeys }) => `${address}:${[...storageKeys].sort().join(',')}`)
    .sort()
    .join(';');
}
