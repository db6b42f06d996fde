import { bytesToHex, type TracedOutcome, type TracedState, type TraceStep } from '@tephra/engine';
import type { Address, Hash, Hex } from '@tephra/protocol';
import type { TraceConfig } from './config.ts';
import type { RpcTracer, TraceBudget } from './tracer.ts';

/** One instruction as go-ethereum's struct logger shows it. */
export type StructLog = {
  pc: number;
  op: string;
  gas: number;
  gasCost: number;
  depth: number;
  error?: string;
  refund?: number;
  /** Bottom first. */
  stack?: Hex[];
  /** Words of 32 bytes. */
  memory?: Hex[];
  returnData?: Hex;
  /** Slots of this contract seen so far, at instructions that use storage. */
  storage?: Record<Hash, Hash>;
};

/** Characters of an entry without its lists. */
const ENTRY = 90;
const word = (value: bigint): Hash => `0x${value.toString(16).padStart(64, '0')}`;

/** The default tracer: every instruction with what it finds. */
export class StructLogger implements RpcTracer {
  readonly #config: TraceConfig;
  readonly #budget: TraceBudget;
  readonly #logs: StructLog[] = [];
  readonly #storage = new Map<Address, Record<Hash, Hash>>();
  #outcome: TracedOutcome = { failed: false, gasUsed: 0n, returnData: '0x' };

  constructor(config: TraceConfig, budget: TraceBudget) {
    this.#config = config;
    this.#budget = budget;
  }

  step(step: TraceStep, state: TracedState): void {
    const { disableStack, enableMemory, disableMemory, enableReturnData, limit } = this.#config;
    if (limit && this.#logs.length >= limit) return;
    const log: StructLog = {
      pc: step.pc,
      op: step.name,
      gas: Number(step.gas),
      gasCost: Number(step.gasCost),
      depth: step.depth,
    };
    let size = ENTRY;
    if (step.error !== undefined) log.error = step.error;
    if (step.refund > 0n) log.refund = Number(step.refund);
    if (!disableStack) {
      log.stack = [];
      for (let i = 0; i < step.stackSize; i++) {
        const item: Hex = `0x${step.stack[i]!.toString(16)}`;
        size += item.length + 3;
        log.stack.push(item);
      }
    }
    if ((enableMemory || disableMemory === false) && step.memorySize > 0) {
      size += (step.memorySize / 32) * 69;
      this.#budget.spend(size);
      size = 0;
      log.memory = memoryWords(step);
    }
    if (enableReturnData && step.returnData.length > 0) {
      log.returnData = bytesToHex(step.returnData);
      size += log.returnData.length;
    }
    const storage = this.#storageAt(step, state);
    if (storage !== undefined) {
      log.storage = storage;
      size += Object.keys(storage).length * 138;
    }
    this.#budget.spend(size);
    this.#logs.push(log);
  }

  end(outcome: TracedOutcome): void {
    this.#outcome = outcome;
  }

  result() {
    const { gasUsed, failed, returnData } = this.#outcome;
    return { gas: Number(gasUsed), failed, returnValue: returnData, structLogs: this.#logs };
  }

  #storageAt({ op, address, stack, stackSize }: TraceStep, state: TracedState): Record<Hash, Hash> | undefined {
    const isStore = op === 0x55;
    if (this.#config.disableStorage || (op !== 0x54 && !isStore) || stackSize < (isStore ? 2 : 1)) return undefined;
    const slot = word(stack[stackSize - 1]!);
    const seen = this.#storage.get(address) ?? {};
    seen[slot] = isStore ? word(stack[stackSize - 2]!) : state.slot(address, slot);
    this.#storage.set(address, seen);
    return { ...seen };
  }
}

function memoryWords({ memory, memorySize }: TraceStep): Hex[] {
  const words: Hex[] = [];
  for (let at = 0; at < memorySize; at += 32) {
    words.push(bytesToHex(memory.subarray(at, at + 32)).padEnd(66, '0') as Hex);
  }
  return words;
}
