import type { Address, Hash } from '@tephra/protocol';
import { hexToBytes } from '../bytes.ts';
import type { BlockContext, CallOutcome, CallRequest, StateOverrides } from '../engine.ts';
import type { Message } from '../transaction/message.ts';
import { validateCall } from '../transaction/validate.ts';
import type { WasmMachine } from './machine.ts';

const lower = (address: Address): Address => address.toLowerCase() as Address;

/**
 * Executes a message without a signature and undoes it.
 * @throws InvalidTransactionError INSUFFICIENT_FUNDS, INTRINSIC_GAS, FEE_CAP_TOO_LOW
 */
export function runCall(
  machine: WasmMachine,
  context: BlockContext,
  request: CallRequest,
  overrides: StateOverrides = {},
): CallOutcome {
  const message: Message = {
    from: lower(request.from),
    to: request.to === null ? null : lower(request.to),
    value: request.value,
    data: hexToBytes(request.data),
    gasLimit: request.gas,
    gasPrice: request.gasPrice,
    accessList: request.accessList ?? [],
  };
  machine.begin();
  try {
    machine.override(overrides);
    validateCall(message, machine.peek(message.from)?.balance ?? 0n, context);
    // As go-ethereum does, a call without a price runs in a block without base fee.
    machine.setBlock(context, request.gasPrice === 0n ? 0n : context.baseFeePerGas);
    const { status, gasUsed, returnData, haltReason, logs } = machine.execute(message);
    return {
      status,
      gasUsed,
      returnData,
      haltReason,
      logs,
      ...(request.traceAccess ? { accessList: reportAccess(machine.accessed(), message, context) } : {}),
    };
  } finally {
    machine.rollback();
  }
}

/** Without accounts that are warm anyway, unless slots of them were used. */
function reportAccess(
  touched: Map<Address, Set<Hash>>,
  { from, to }: Message,
  { coinbase }: BlockContext,
): { address: Address; storageKeys: Hash[] }[] {
  const free = new Set([from, to ?? from, lower(coinbase)]);
  return [...touched]
    .filter(([address, slots]) => slots.size > 0 || !free.has(address))
    .map(([address, slots]) => ({ address, storageKeys: [...slots] }));
}
