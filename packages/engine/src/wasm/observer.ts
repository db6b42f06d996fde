import type { Address } from '@tephra/protocol';
import { CALL_KINDS, opcodeName } from '../opcodes.ts';
import type { TracedState, TraceStep, TransactionTracer } from '../tracing.ts';
import { haltReason, RETURNED, REVERTED } from './haltReason.ts';
import { FRAME, type ProgramExports } from './program.ts';
import type { ProgramMemory } from './programMemory.ts';

/** Tells a tracer what a program tells its host. */
export class Observer {
  readonly #program: ProgramExports;
  readonly #memory: ProgramMemory;
  readonly #tracer: TransactionTracer;
  readonly #view: TracedState;
  readonly #sender: Address;
  /** Gas that the open calls began with. */
  readonly #gas: bigint[] = [];
  /** The instruction that makes the next call. */
  #op = 0;

  constructor(
    machine: { program: ProgramExports; memory: ProgramMemory; view: TracedState },
    tracer: TransactionTracer,
    sender: Address,
  ) {
    this.#program = machine.program;
    this.#memory = machine.memory;
    this.#view = machine.view;
    this.#tracer = tracer;
    this.#sender = sender;
  }

  step(op: number, pc: number, gas: bigint, cost: bigint, sp: number, status: number): void {
    this.#op = op;
    if (this.#tracer.step === undefined) return;
    const error = haltReason(status);
    this.#tracer.step(new Step(this.#program, this.#memory, { op, pc, gas, cost, sp, error }), this.#view);
  }

  enter(code: number, value: number, input: number, size: number, gas: bigint, precompile: number): void {
    const kind = this.#gas.length === 0 ? (code === 0 ? 'CREATE' : 'CALL') : CALL_KINDS[this.#op]!;
    const caller = (): Address => {
      const account = this.#memory.view().readUInt32LE(this.#program.runningFrame() + FRAME.account);
      return `0x${this.#memory.hex(account, 20)}`;
    };
    const from = this.#gas.length === 0 ? this.#sender : caller();
    this.#gas.push(gas);
    this.#tracer.enter?.({
      kind,
      from,
      to: code === 0 ? null : `0x${this.#memory.hex(code, 20)}`,
      value: this.#memory.readNumber(value),
      gas,
      input: this.#memory.bytes(input, size),
      precompile: precompile !== 0,
    });
  }

  exit(status: number, gasLeft: bigint, data: number, size: number, account: number): void {
    const gas = this.#gas.pop()!;
    const error = status <= RETURNED ? undefined : status === REVERTED ? 'execution reverted' : haltReason(status)!;
    this.#tracer.exit?.({
      gasUsed: gas - gasLeft,
      output: this.#memory.bytes(data, size),
      ...(error === undefined ? {} : { error }),
      ...(account === 0 ? {} : { created: `0x${this.#memory.hex(account, 20)}` as Address }),
    });
  }
}

type StepFields = { op: number; pc: number; gas: bigint; cost: bigint; sp: number; error: string | undefined };

/** Reads what a tracer looks at when it does. */
class Step implements TraceStep {
  readonly pc: number;
  readonly op: number;
  readonly gas: bigint;
  readonly gasCost: bigint;
  readonly error?: string;
  readonly depth: number;
  readonly stackSize: number;
  readonly #program: ProgramExports;
  readonly #memory: ProgramMemory;
  readonly #base: number;
  readonly #frame: number;
  #stack: bigint[] | undefined;

  constructor(program: ProgramExports, memory: ProgramMemory, { op, pc, gas, cost, sp, error }: StepFields) {
    this.#program = program;
    this.#memory = memory;
    this.#frame = program.runningFrame();
    this.#base = memory.view().readUInt32LE(this.#frame + FRAME.base);
    this.pc = pc;
    this.op = op;
    this.gas = gas;
    this.gasCost = cost;
    this.depth = program.depth() + 1;
    this.stackSize = (sp - this.#base) / 32;
    if (error !== undefined) this.error = error;
  }

  get name(): string {
    return opcodeName(this.op);
  }

  get address(): Address {
    return `0x${this.#memory.hex(this.#memory.view().readUInt32LE(this.#frame + FRAME.account), 20)}`;
  }

  get stack(): readonly bigint[] {
    this.#stack ??= Array.from({ length: this.stackSize }, (_, i) => this.#memory.readNumber(this.#base + 32 * i));
    return this.#stack;
  }

  get memorySize(): number {
    return this.#memory.view().readUInt32LE(this.#frame + FRAME.memorySize);
  }

  get memory(): Uint8Array {
    const memory = this.#memory.view();
    const at = memory.readUInt32LE(this.#frame + FRAME.memory);
    return memory.subarray(at, at + this.memorySize);
  }

  get returnData(): Uint8Array {
    return this.#memory.bytes(this.#program.outputData(), this.#program.outputSize());
  }

  get refund(): bigint {
    return this.#program.refund();
  }
}
