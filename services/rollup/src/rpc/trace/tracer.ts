import type { TransactionTracer } from '@tephra/engine';
import { RPC_ERROR, RpcError } from '../errors.ts';
import { CallTracer } from './callTracer.ts';
import type { TraceConfig } from './config.ts';
import { FourByteTracer } from './fourByteTracer.ts';
import { PrestateTracer } from './prestateTracer.ts';
import { StructLogger } from './structLogger.ts';

/** Watches one transaction and then has something to answer. */
export interface RpcTracer extends TransactionTracer {
  /** JSON. */
  result(): unknown;
}

/** Characters that one answer may hold, shared by all tracers of a request. */
export class TraceBudget {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @throws RpcError responseTooLarge */
  spend(characters: number): void {
    this.#used += characters;
    if (this.#used <= this.#limit) return;
    throw new RpcError(
      RPC_ERROR.responseTooLarge,
      `the trace is longer than ${this.#limit} characters: set "limit", "disableStack" or "disableStorage", or use callTracer`,
    );
  }
}

const TRACERS: Record<string, (config: TraceConfig, budget: TraceBudget) => RpcTracer> = {
  callTracer: ({ tracerConfig }, budget) => new CallTracer(tracerConfig ?? {}, budget),
  prestateTracer: ({ tracerConfig }) => new PrestateTracer(tracerConfig ?? {}),
  '4byteTracer': () => new FourByteTracer(),
  noopTracer: () => ({ result: () => ({}) }),
};

/** @throws RpcError -32000 when there is no tracer of that name */
export function createTracer(config: TraceConfig, budget: TraceBudget): RpcTracer {
  const { tracer } = config;
  if (tracer === undefined || tracer === null || tracer === '') return new StructLogger(config, budget);
  const create = Object.hasOwn(TRACERS, tracer) ? TRACERS[tracer] : undefined;
  if (create === undefined) {
    const known = Object.keys(TRACERS).join(', ');
    throw new RpcError(RPC_ERROR.server, `tracer not found: ${tracer.slice(0, 64)}; there are ${known}`);
  }
  return create(config, budget);
}
