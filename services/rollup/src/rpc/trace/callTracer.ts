import {
  bytesToHex,
  type TracedMessage,
  type TracedOutcome,
  type TracedState,
  type TraceFrame,
  type TraceFrameEnd,
  type TraceStep,
} from '@tephra/engine';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { revertReason } from '../errors.ts';
import { quantity } from '../hex.ts';
import { stackAddress, stackBytes, stackItem, stackWord } from './stack.ts';
import type { RpcTracer, TraceBudget } from './tracer.ts';

type CallLog = { address: Address; topics: Hash[]; data: Hex; index: Hex; position: Hex };

/** A call with those it made, as go-ethereum's callTracer shows it. */
export type CallFrame = {
  type: string;
  from: Address;
  to?: Address;
  value?: Hex;
  gas: Hex;
  gasUsed: Hex;
  input: Hex;
  output?: Hex;
  error?: string;
  revertReason?: string;
  calls?: CallFrame[];
  logs?: CallLog[];
};

/** Characters of a frame without its data. */
const FRAME = 240;

export class CallTracer implements RpcTracer {
  readonly #onlyTop: boolean;
  readonly #withLog: boolean;
  readonly #budget: TraceBudget;
  readonly #open: { frame: CallFrame; loggedBefore: number }[] = [];
  /** Calls whose logs count so far, in the order of their first log. */
  readonly #logged: CallFrame[] = [];
  #top: CallFrame | undefined;
  #gasLimit = 0n;
  #depth = 0;
  #logIndex = 0;

  constructor(
    options: { onlyTopCall?: boolean | null | undefined; withLog?: boolean | null | undefined },
    budget: TraceBudget,
  ) {
    this.#onlyTop = options.onlyTopCall ?? false;
    this.#withLog = options.withLog ?? false;
    this.#budget = budget;
  }

  begin(message: TracedMessage): void {
    this.#gasLimit = message.gasLimit;
  }

  enter(frame: TraceFrame): void {
    this.#depth++;
    if (this.#onlyTop && this.#depth > 1) return;
    this.#budget.spend(FRAME + frame.input.length * 2);
    const shown: CallFrame = {
      type: frame.kind,
      from: frame.from,
      ...(frame.to === null ? {} : { to: frame.to }),
      ...(frame.kind === 'STATICCALL' ? {} : { value: quantity(frame.value) }),
      // The outermost one starts with the transaction's limit, before what it costs in itself.
      gas: quantity(this.#depth === 1 ? this.#gasLimit : frame.gas),
      gasUsed: '0x0',
      input: bytesToHex(frame.input),
    };
    this.#add(shown);
    this.#open.push({ frame: shown, loggedBefore: this.#logged.length });
  }

  exit(end: TraceFrameEnd): void {
    this.#depth--;
    if (this.#onlyTop && this.#depth > 0) return;
    const { frame, loggedBefore } = this.#open.pop()!;
    frame.gasUsed = quantity(end.gasUsed);
    if (end.created !== undefined && end.error === undefined) frame.to = end.created;
    const reverted = end.error === 'execution reverted';
    if (end.output.length > 0 && (end.error === undefined || reverted)) {
      this.#budget.spend(end.output.length * 2);
      frame.output = bytesToHex(end.output);
    }
    if (end.error === undefined) return;
    frame.error = end.error;
    const reason = reverted && frame.output !== undefined ? revertReason(frame.output) : undefined;
    if (reason !== undefined) frame.revertReason = reason;
    // A call that failed logged nothing, nor did those that it made.
    while (this.#logged.length > loggedBefore) delete this.#logged.pop()!.logs;
  }

  step(step: TraceStep, state: TracedState): void {
    if (step.error !== undefined) return;
    if (step.op === 0xff && !this.#onlyTop) this.#selfDestruct(step, state);
    if (this.#withLog && step.op >= 0xa0 && step.op <= 0xa4 && !(this.#onlyTop && this.#depth > 1)) this.#log(step);
  }

  end({ gasUsed }: TracedOutcome): void {
    if (this.#top !== undefined) this.#top.gasUsed = quantity(gasUsed);
  }

  result(): CallFrame | null {
    return this.#top ?? null;
  }

  #add(frame: CallFrame): void {
    const parent = this.#open.at(-1)?.frame;
    if (parent === undefined) {
      this.#top = frame;
      return;
    }
    parent.calls ??= [];
    parent.calls.push(frame);
  }

  #selfDestruct(step: TraceStep, state: TracedState): void {
    if (step.stackSize < 1) return;
    this.#budget.spend(FRAME);
    this.#add({
      type: 'SELFDESTRUCT',
      from: step.address,
      to: stackAddress(step, 0),
      value: quantity(state.account(step.address)?.balance ?? 0n),
      gas: '0x0',
      gasUsed: '0x0',
      input: '0x',
    });
  }

  #log(step: TraceStep): void {
    const count = step.op - 0xa0;
    if (step.stackSize < 2 + count) return;
    const size = stackItem(step, 1);
    this.#budget.spend(FRAME + Number(size) * 2);
    const { frame } = this.#open.at(-1)!;
    if (frame.logs === undefined) {
      frame.logs = [];
      this.#logged.push(frame);
    }
    frame.logs.push({
      address: step.address,
      topics: Array.from({ length: count }, (_, i) => stackWord(step, 2 + i)),
      data: stackBytes(step, stackItem(step, 0), size),
      index: quantity(this.#logIndex++),
      position: quantity(frame.calls?.length ?? 0),
    });
  }
}
