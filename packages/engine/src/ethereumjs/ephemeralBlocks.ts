import type { EVM } from '@ethereumjs/evm';
import type { Address, Hardfork, Hash } from '@tephra/protocol';
import type { BlockContext, CallOutcome, StateOverrides } from '../engine.ts';
import type { SimulatedCall, Simulation } from '../simulation.ts';
import type { TransactionTracer } from '../tracing.ts';
import { callMessage } from '../transaction/callMessage.ts';
import { senderOf } from '../transaction/delegation.ts';
import { validateCall, validateSender } from '../transaction/validate.ts';
import { applyOverrides } from './call.ts';
import { addressKey, evmBlock, executeMessage } from './executeMessage.ts';
import type { JournaledState } from './journaledState.ts';
import { runSystemCalls } from './systemCalls.ts';
import { watched } from './watch.ts';

/** {@link Simulation} on a machine of the engine, which cleans up afterwards. */
export class EphemeralBlocks implements Simulation {
  readonly #evm: EVM;
  readonly #state: JournaledState;
  readonly #deadline: number;
  readonly #hardfork: Hardfork;
  #open: { context: BlockContext; block: ReturnType<typeof evmBlock> } | undefined;

  constructor(
    machine: { evm: EVM; state: JournaledState },
    { deadline, hardfork }: { deadline: number; hardfork: Hardfork },
  ) {
    this.#evm = machine.evm;
    this.#state = machine.state;
    this.#deadline = deadline;
    this.#hardfork = hardfork;
  }

  async begin(context: BlockContext, overrides?: StateOverrides): Promise<void> {
    const block = evmBlock(context);
    this.#open = { context, block };
    if (overrides !== undefined) await applyOverrides(this.#state, overrides);
    await runSystemCalls(this.#evm, this.#state, context, block);
    this.#state.settle();
  }

  nonceOf(address: Address): bigint {
    return this.#state.peek(addressKey(address))?.nonce ?? 0n;
  }

  async execute(
    call: SimulatedCall,
    { strict, tracer }: { strict: boolean; tracer?: TransactionTracer | undefined },
  ): Promise<CallOutcome> {
    const { context, block } = this.#open!;
    const state = this.#state;
    const message = callMessage(call, this.#hardfork);
    const key = addressKey(call.from);
    if (strict) {
      validateSender(
        call.from,
        call.nonce,
        senderOf(state.peek(key), () => state.codeOf(key), this.#hardfork),
      );
    }
    validateCall(message, state.peek(key)?.balance ?? 0n, context, this.#hardfork);
    const control = { deadline: this.#deadline, tracer };
    const outcome = await watched(this.#evm, this.#state, control, () =>
      executeMessage(this.#evm, this.#state, context, block, message),
    );
    this.#state.settle();
    const { status, gasUsed, returnData, logs, haltReason } = outcome;
    return { status, gasUsed, returnData, logs, ...(haltReason === undefined ? {} : { haltReason }) };
  }

  seal(): Hash {
    return this.#state.apply().stateRoot;
  }
}
