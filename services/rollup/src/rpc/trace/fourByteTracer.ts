import { bytesToHex, type TraceFrame } from '@tephra/engine';
import type { RpcTracer } from './tracer.ts';

/** Counts the selectors that calls began with, each with the size of its arguments: `0x27dc297e-128: 1`. */
export class FourByteTracer implements RpcTracer {
  readonly #counts: Record<string, number> = {};

  enter({ kind, input, precompile }: TraceFrame): void {
    if (kind === 'CREATE' || kind === 'CREATE2' || precompile || input.length < 4) return;
    const key = `${bytesToHex(input.subarray(0, 4))}-${input.length - 4}`;
    this.#counts[key] = (this.#counts[key] ?? 0) + 1;
  }

  result(): Record<string, number> {
    return this.#counts;
  }
}
