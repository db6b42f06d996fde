import type { Address, Hash } from '@tephra/protocol';
import type { BlockContext, CallOutcome, CallRequest, StateOverrides } from './engine.ts';
import type { TransactionTracer } from './tracing.ts';

/** A call of a simulation; `nonce` counts only when it is checked. */
export type SimulatedCall = Omit<CallRequest, 'traceAccess' | 'deadline'> & { nonce: bigint };

/** Blocks that are built one after the other on a stored state, and thrown away. */
export interface Simulation {
  /** Makes the block's system calls after `overrides`. */
  begin(context: BlockContext, overrides?: StateOverrides): Promise<void>;
  nonceOf(address: Address): bigint;
  /**
   * Executes a call whose changes the next ones see.
   * @param strict check nonce and sender as for a transaction
   * @throws InvalidTransactionError; the block is then as before
   */
  execute(
    call: SimulatedCall,
    options: { strict: boolean; tracer?: TransactionTracer | undefined },
  ): Promise<CallOutcome>;
  seal(): Hash;
}

export interface SimulatingEngine {
  /**
   * @param deadline `performance.now()` at which it is given up
   * @throws EngineError STATE_NOT_FOUND, EXECUTION_TIMEOUT
   */
  simulate<T>(stateRoot: Hash, deadline: number, run: (simulation: Simulation) => Promise<T>): Promise<T>;
}
