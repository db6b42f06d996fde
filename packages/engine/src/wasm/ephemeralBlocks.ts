import type { Address, Hash } from '@tephra/protocol';
import type { BlockContext, CallOutcome, StateOverrides } from '../engine.ts';
import type { SimulatedCall, Simulation } from '../simulation.ts';
import type { TransactionTracer } from '../tracing.ts';
import { callMessage } from '../transaction/callMessage.ts';
import { validateCall, validateSender } from '../transaction/validate.ts';
import type { WasmMachine } from './machine.ts';
import { callSystem, guarded } from './transactions.ts';

/** {@link Simulation} on a machine of the engine, which cleans up afterwards. */
export class EphemeralBlocks implements Simulation {
  readonly #machine: WasmMachine;
  readonly #deadline: number;
  #context: BlockContext | undefined;

  constructor(machine: WasmMachine, deadline: number) {
    this.#machine = machine;
    this.#deadline = deadline;
  }

  async begin(context: BlockContext, overrides?: StateOverrides): Promise<void> {
    const machine = this.#machine;
    this.#context = context;
    machine.setBlock(context);
    if (overrides !== undefined) guarded(machine, () => machine.override(overrides));
    callSystem(machine, context);
  }

  nonceOf(address: Address): bigint {
    return this.#machine.peek(address.toLowerCase() as Address)?.nonce ?? 0n;
  }

  async execute(
    call: SimulatedCall,
    { strict, tracer }: { strict: boolean; tracer?: TransactionTracer | undefined },
  ): Promise<CallOutcome> {
    const machine = this.#machine;
    const message = callMessage(call, machine.hardfork);
    const sender = machine.sender(message.from);
    if (strict) validateSender(call.from, call.nonce, sender);
    validateCall(message, sender?.balance ?? 0n, this.#context!, machine.hardfork);
    machine.begin();
    const { status, gasUsed, returnData, logs, haltReason } = await machine.run(message, {
      deadline: this.#deadline,
      tracer,
    });
    machine.keep();
    return { status, gasUsed, returnData, logs, ...(haltReason === undefined ? {} : { haltReason }) };
  }

  seal(): Hash {
    return this.#machine.seal().stateRoot;
  }
}
