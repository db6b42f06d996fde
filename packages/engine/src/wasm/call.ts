import type { Address } from '@tephra/protocol';
import type { BlockContext, CallOutcome, CallRequest, StateOverrides } from '../engine.ts';
import { accessReport } from '../transaction/accessReport.ts';
import { authoritiesOf } from '../transaction/authorization.ts';
import { callMessage } from '../transaction/callMessage.ts';
import { delegateOf } from '../transaction/delegation.ts';
import { validateCall } from '../transaction/validate.ts';
import type { MessageControl, WasmMachine } from './machine.ts';

/**
 * Executes a message without a signature and undoes it; a traced one is left to whoever lets the machine forget.
 * @throws InvalidTransactionError INSUFFICIENT_FUNDS, INTRINSIC_GAS, FEE_CAP_TOO_LOW
 */
export async function runCall(
  machine: WasmMachine,
  context: BlockContext,
  request: CallRequest,
  overrides: StateOverrides,
  control: MessageControl,
): Promise<CallOutcome> {
  const message = callMessage(request, machine.hardfork);
  const { from, to, gasLimit } = message;
  const authorities = authoritiesOf(message.authorizationList);
  const { tracer } = control;
  machine.begin();
  try {
    machine.override(overrides);
    validateCall(message, machine.peek(from)?.balance ?? 0n, context, machine.hardfork);
    // As go-ethereum does, a call without a price runs in a block without base fee.
    machine.setBlock(context, request.gasPrice === 0n ? 0n : context.baseFeePerGas);
    const view = machine.view();
    tracer?.begin?.({ from, to, gasLimit, coinbase: context.coinbase, authorities }, view);
    const { status, gasUsed, returnData, haltReason, logs } = await machine.run(message, control);
    const accessList = request.traceAccess
      ? accessReport(machine.accessed(), isWarm(machine, [from, to ?? from, context.coinbase, ...authorities], to))
      : undefined;
    if (tracer !== undefined) {
      machine.keep();
      tracer.end?.({ failed: status !== 'success', gasUsed, returnData }, view);
    }
    return {
      status,
      gasUsed,
      returnData,
      haltReason,
      logs,
      ...(accessList === undefined ? {} : { accessList }),
    };
  } finally {
    if (tracer === undefined) machine.rollback();
  }
}

/** Whether an account is warm from the start: one of these, or whom the called one stands for (EIP-7702). */
function isWarm(machine: WasmMachine, accounts: Address[], to: Address | null): (key: string) => boolean {
  const delegate = to === null ? null : delegateOf(machine.code(to));
  const warm = new Set([...accounts, ...(delegate === null ? [] : [delegate])].map((each) => each.toLowerCase()));
  return (key) => warm.has(`0x${key}`);
}
