import type { Address } from '@tephra/protocol';
import { hexToBytes } from '../bytes.ts';
import type { BlockContext, CallOutcome, CallRequest, StateOverrides } from '../engine.ts';
import { accessReport } from '../transaction/accessReport.ts';
import type { Message } from '../transaction/message.ts';
import { validateCall } from '../transaction/validate.ts';
import type { MessageControl, WasmMachine } from './machine.ts';

const lower = (address: Address): Address => address.toLowerCase() as Address;

/** A call as a message. */
export function callMessage(request: Omit<CallRequest, 'traceAccess' | 'deadline'>): Message {
  return {
    from: lower(request.from),
    to: request.to === null ? null : lower(request.to),
    value: request.value,
    data: hexToBytes(request.data),
    gasLimit: request.gas,
    gasPrice: request.gasPrice,
    accessList: (request.accessList ?? []).map(({ address, storageKeys }) => ({
      address: lower(address),
      storageKeys,
    })),
  };
}

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
  const message = callMessage(request);
  const { from, to, gasLimit } = message;
  const { tracer } = control;
  machine.begin();
  try {
    machine.override(overrides);
    validateCall(message, machine.peek(from)?.balance ?? 0n, context);
    // As go-ethereum does, a call without a price runs in a block without base fee.
    machine.setBlock(context, request.gasPrice === 0n ? 0n : context.baseFeePerGas);
    const view = machine.view();
    tracer?.begin?.({ from, to, gasLimit, coinbase: context.coinbase }, view);
    const { status, gasUsed, returnData, haltReason, logs } = await machine.run(message, control);
    const free = new Set([from, to ?? from, lower(context.coinbase)].map((address) => address.slice(2)));
    const accessList = request.traceAccess
      ? accessReport(machine.accessed(), (address) => free.has(address))
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
