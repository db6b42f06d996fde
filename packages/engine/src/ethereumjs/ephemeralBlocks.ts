import type { EVM } from '@ethereumjs/evm';
import type { Address, Hash } from '@tephra/protocol';
import { hexToBytes } from '../bytes.ts';
import type { BlockContext, CallOutcome, StateOverrides } from '../engine.ts';
import type { SimulatedCall, Simulation } from '../simulation.ts';
import type { TransactionTracer } from '../tracing.ts';
import { validateSender } from '../transaction/validate.ts';
import { applyOverrides, checkCall } from './call.ts';
import { addressKey, evmBlock, executeMessage } from './executeMessage.ts';
import type { JournaledState } from './journaledState.ts';
import { runBeaconRootCall } from './systemCalls.ts';
import { watched } from './watch.ts';

/** {@link Simulation} on a machine of the engine, which cleans up afterwards. */
export class EphemeralBlocks implements Simulation {
  readonly #evm: EVM;
  readonly #state: JournaledState;
  readonly #deadline: number;
  #open: { context: BlockContext; block: ReturnType<typeof evmBlock> } | undefined;

  constructor(machine: { evm: EVM; state: JournaledState }, deadline: number) {
    this.#evm = machine.evm;
    this.#state = machine.state;
    this.#deadline = deadline;
  }

  async begin(context: BlockContext, overrides?: StateOverrides): Promise<void> {
    const block = evmBlock(context);
    this.#open = { context, block };
    if (overrides !== undefined) await applyOverrides(this.#state, overrides);
    await runBeaconRootCall(this.#evm, this.#state, context, block);
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
    const message = {
      from: call.from,
      to: call.to,
      value: call.value,
      data: hexToBytes(call.data),
      gasLimit: call.gas,
      gasPrice: call.gasPrice,
      accessList: call.accessList ?? [],
    };
    if (strict) validateSender(call.from, call.nonce, this.#state.peek(addressKey(call.from)));
    checkCall(this.#state, context, message);
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
