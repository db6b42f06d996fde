import type { Address, Hash, Hex } from '@tephra/protocol';
import type {
  BlockContext,
  CallOutcome,
  CallRequest,
  ExecutableTransaction,
  StateOverrides,
  StateRef,
} from './engine.ts';

/** An instruction that is about to be executed. Arrays are the machine's own: look, and copy what you keep. */
export type TraceStep = {
  pc: number;
  op: number;
  /** As go-ethereum calls it. */
  name: string;
  /** Gas left before the instruction, and what it takes; of calls with what is handed to the callee. */
  gas: bigint;
  gasCost: bigint;
  /** 1 for the outermost call. */
  depth: number;
  /** Whose storage is in use. */
  address: Address;
  /** Bottom first; the first `stackSize` items count. */
  stack: readonly bigint[];
  stackSize: number;
  /** The first `memorySize` bytes count; those beyond the array are zero. */
  memory: Uint8Array;
  memorySize: number;
  /** Of the last call that this one made. */
  returnData: Uint8Array;
  refund: bigint;
  /** Why it isn't executed, in go-ethereum's words. */
  error?: string;
};

export type CallKind = 'CALL' | 'CALLCODE' | 'DELEGATECALL' | 'STATICCALL' | 'CREATE' | 'CREATE2';

export type TraceFrame = {
  kind: CallKind;
  from: Address;
  /** Whose code runs; null for creations. */
  to: Address | null;
  value: bigint;
  gas: bigint;
  input: Uint8Array;
  /** True when `to` is a precompile. */
  precompile: boolean;
};

export type TraceFrameEnd = {
  gasUsed: bigint;
  output: Uint8Array;
  /** `execution reverted`, or why it was halted. */
  error?: string;
  created?: Address;
};

/** The state as it is at the moment of the call. */
export type TracedState = {
  account(address: Address): { balance: bigint; nonce: bigint; code: Uint8Array } | null;
  slot(address: Address, slot: Hash): Hash;
};

export type TracedMessage = {
  from: Address;
  to: Address | null;
  gasLimit: bigint;
  coinbase: Address;
  /** Who signed its authorizations (EIP-7702), whether or not they hold. */
  authorities: Address[];
};
export type TracedOutcome = { failed: boolean; gasUsed: bigint; returnData: Hex };

/** Watches one transaction. What a method throws ends the execution and reaches the caller. */
export interface TransactionTracer {
  begin?(message: TracedMessage, state: TracedState): void;
  step?(step: TraceStep, state: TracedState): void;
  enter?(frame: TraceFrame): void;
  exit?(end: TraceFrameEnd): void;
  end?(outcome: TracedOutcome, state: TracedState): void;
}

export type TracedBlock = {
  parentStateRoot: Hash;
  context: BlockContext;
  /** All from the first on; the last ones may be left out. */
  transactions: ExecutableTransaction[];
  /** As {@link CallRequest.deadline}. */
  deadline: number;
};

/** Executes again what was executed, under observation and without any trace in the state. */
export interface TracingEngine {
  /** @throws as Engine.call */
  traceCall(
    request: CallRequest,
    at: StateRef,
    overrides: StateOverrides | undefined,
    tracer: TransactionTracer,
  ): Promise<CallOutcome>;
  /**
   * @param tracerOf who watches the transaction with this index
   * @throws EngineError STATE_NOT_FOUND, EXECUTION_TIMEOUT
   */
  traceBlock(block: TracedBlock, tracerOf: (index: number) => TransactionTracer | undefined): Promise<void>;
}
