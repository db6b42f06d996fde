import type { EVM } from '@ethereumjs/evm';
import { Address as EvmAddress } from '@ethereumjs/util';
import type { Hardfork, Hex } from '@tephra/protocol';
import { hexToBytes } from '../bytes.ts';
import type { BlockContext, CallOutcome, CallRequest, StateOverrides } from '../engine.ts';
import type { TransactionTracer } from '../tracing.ts';
import { accessReport } from '../transaction/accessReport.ts';
import { authoritiesOf } from '../transaction/authorization.ts';
import { callMessage } from '../transaction/callMessage.ts';
import type { Message } from '../transaction/message.ts';
import { validateCall } from '../transaction/validate.ts';
import { addressKey, evmBlock, executeMessage } from './executeMessage.ts';
import type { JournaledState } from './journaledState.ts';
import { viewOf } from './watch.ts';

/**
 * Executes a message without a signature on top of `state` and undoes it.
 * @throws InvalidTransactionError INSUFFICIENT_FUNDS, INTRINSIC_GAS, FEE_CAP_TOO_LOW
 */
export async function runCall(
  evm: EVM,
  state: JournaledState,
  context: BlockContext,
  request: CallRequest,
  terms: { hardfork: Hardfork; overrides: StateOverrides | undefined; tracer: TransactionTracer | undefined },
): Promise<CallOutcome> {
  const { hardfork, overrides, tracer } = terms;
  const before = state.snapshot();
  try {
    if (overrides !== undefined) await applyOverrides(state, overrides);
    const message = callMessage(request, hardfork);
    validateCall(message, state.peek(addressKey(message.from))?.balance ?? 0n, context, hardfork);
    const touched = request.traceAccess ? traceAccess(evm, context, message) : undefined;
    // As go-ethereum does, a call without a price runs in a block without base fee.
    const block = evmBlock(context, request.gasPrice === 0n ? 0n : context.baseFeePerGas);
    const isFree = (key: string): boolean =>
      evm.precompiles.has(key) ||
      [message.from, message.to ?? message.from, context.coinbase].some((a) => addressKey(a) === key);
    const view = viewOf(state);
    const { from, to, gasLimit } = message;
    const authorities = authoritiesOf(message.authorizationList);
    tracer?.begin?.({ from, to, gasLimit, coinbase: context.coinbase, authorities }, view);
    const outcome = await executeMessage(evm, state, context, block, message);
    const { status, gasUsed, returnData } = outcome;
    tracer?.end?.({ failed: status !== 'success', gasUsed, returnData }, view);
    return {
      status: outcome.status,
      gasUsed: outcome.gasUsed,
      returnData: outcome.returnData,
      haltReason: outcome.haltReason,
      logs: outcome.logs,
      ...(touched === undefined ? {} : { accessList: accessReport(touched, isFree) }),
    };
  } finally {
    state.revertTo(before);
    state.originalStorageCache.clear();
    evm.journal.cleanJournal();
    evm.journal.accessList = undefined;
  }
}

export async function applyOverrides(state: JournaledState, overrides: StateOverrides): Promise<void> {
  for (const [name, override] of Object.entries(overrides)) {
    const address = new EvmAddress(hexToBytes(name as Hex));
    await state.modifyAccountFields(address, { balance: override.balance, nonce: override.nonce });
    if (override.code !== undefined) await state.putCode(address, hexToBytes(override.code));
    if (override.state !== undefined) await state.clearStorage(address);
    for (const [slot, value] of Object.entries({ ...override.state, ...override.stateDiff })) {
      await state.putStorage(address, hexToBytes(slot as Hex), hexToBytes(value));
    }
  }
  // Replaced values are what the call finds: gas of writes is measured against them.
  state.originalStorageCache.clear();
}

/** ethereumjs expects that every account whose slots are used is listed, also those that are warm anyway. */
function traceAccess(evm: EVM, context: BlockContext, message: Pick<Message, 'from' | 'to'>): Map<string, Set<string>> {
  evm.journal.startReportingAccessList();
  const touched = evm.journal.accessList!;
  for (const address of [message.from, message.to, context.coinbase]) {
    if (address !== null) touched.set(addressKey(address), new Set());
  }
  return touched;
}
