import type { EVM } from '@ethereumjs/evm';
import type { Address, Hash } from '@tephra/protocol';
import { bytesToBigInt, bytesToHex } from '../bytes.ts';
import { CALL_KINDS } from '../opcodes.ts';
import type { TracedState, TransactionTracer } from '../tracing.ts';
import { addressKey } from './executeMessage.ts';
import { haltReason } from './haltReason.ts';
import { controlLoop, type LoopStep } from './interpreterLoop.ts';
import type { JournaledState } from './journaledState.ts';

/** Runs `execute` with the loop's deadline and, when there is one, under the eyes of a tracer. */
export async function watched<T>(
  evm: EVM,
  state: JournaledState,
  control: { deadline: number | undefined; tracer: TransactionTracer | undefined },
  execute: () => Promise<T>,
): Promise<T> {
  const { deadline, tracer } = control;
  if (tracer === undefined) {
    controlLoop(evm, deadline === undefined ? undefined : { deadline });
    try {
      return await execute();
    } finally {
      controlLoop(evm, undefined);
    }
  }
  const view = viewOf(state);
  /** The instruction that makes the next call. */
  let op = 0;
  const observe = (step: LoopStep): void => {
    op = step.op;
    tracer.step?.(traceStep(step), view);
  };
  const enter: Parameters<typeof evm.events.on<'beforeMessage'>>[1] = (message) => {
    const kind = message.depth === 0 ? (message.to === undefined ? 'CREATE' : 'CALL') : CALL_KINDS[op]!;
    // These run another account's code as their own.
    const borrows = kind === 'DELEGATECALL' || kind === 'CALLCODE';
    const to = message.to === undefined ? null : bytesToHex(message.codeAddress.bytes);
    tracer.enter?.({
      kind,
      from: bytesToHex(borrows ? message.to!.bytes : message.caller.bytes),
      to,
      value: message.value,
      gas: message.gasLimit,
      input: message.data,
      precompile: to !== null && evm.precompiles.has(addressKey(to)),
    });
  };
  const exit: Parameters<typeof evm.events.on<'afterMessage'>>[1] = ({ execResult, createdAddress }) => {
    const error = execResult.exceptionError?.error;
    tracer.exit?.({
      gasUsed: execResult.executionGasUsed,
      output: execResult.returnValue,
      ...(error === undefined ? {} : { error: error === 'revert' ? 'execution reverted' : haltReason(error) }),
      ...(createdAddress === undefined ? {} : { created: bytesToHex(createdAddress.bytes) }),
    });
  };
  controlLoop(evm, { deadline, observe });
  evm.events.on('beforeMessage', enter);
  evm.events.on('afterMessage', exit);
  try {
    return await execute();
  } finally {
    evm.events.off('beforeMessage', enter);
    evm.events.off('afterMessage', exit);
    controlLoop(evm, undefined);
  }
}

export function viewOf(state: JournaledState): TracedState {
  return {
    account: (address) => {
      const key = addressKey(address);
      const account = state.peek(key);
      return account && { balance: account.balance, nonce: account.nonce, code: state.codeOf(key) };
    },
    slot: (address: Address, slot: Hash): Hash => {
      const value = bytesToBigInt(state.slotOf(addressKey(address), slot.slice(2)));
      return `0x${value.toString(16).padStart(64, '0')}`;
    },
  };
}

function traceStep({
  state,
  op,
  name,
  gas,
  cost,
  words,
  refund,
  error,
}: LoopStep): Parameters<NonNullable<TransactionTracer['step']>>[0] {
  return {
    pc: state.programCounter,
    op,
    name,
    gas,
    gasCost: cost,
    depth: state.env.depth + 1,
    address: bytesToHex(state.env.address.bytes),
    stack: state.stack._store,
    stackSize: state.stack._len,
    memory: state.memory._store,
    memorySize: words * 32,
    returnData: state.returnBytes,
    refund,
    ...(error === undefined ? {} : { error: haltReason(error) }),
  };
}
