import type { Hash } from '@tephra/protocol';
import { executableOf } from '../../transition/index.ts';
import type { CachedBlock } from '../block-cache.ts';
import { rewordTimeout } from '../call.ts';
import type { RpcContext } from '../context.ts';
import { RPC_ERROR, RpcError } from '../errors.ts';
import { requireState } from '../resolve.ts';
import type { TraceConfig } from './config.ts';
import { createTracer, type RpcTracer, TraceBudget } from './tracer.ts';

/** How long a trace may take: the caller's wish within the node's limit. */
export function traceTimeout(context: RpcContext, config: TraceConfig): number {
  return Math.min(config.timeout ?? context.limits.traceTimeoutMs, context.limits.maxTraceTimeoutMs);
}

/**
 * Executes a sealed block again, up to the transaction `only` when that is given, and watches what was asked for.
 * @throws RpcError -32000 for the genesis, for a block whose parent state is gone, and when it takes too long
 */
export async function traceBlock(
  context: RpcContext,
  block: CachedBlock,
  config: TraceConfig,
  only?: number,
): Promise<{ txHash: Hash; result: unknown }[]> {
  const parent = context.chain.headerByNumber(block.header.number - 1n);
  if (parent === undefined) throw new RpcError(RPC_ERROR.server, 'genesis is not traceable');
  requireState(context, parent);
  const budget = new TraceBudget(context.limits.maxResponseLength);
  const transactions = only === undefined ? block.transactions : block.transactions.slice(0, only + 1);
  const tracers: (RpcTracer | undefined)[] = transactions.map((_, index) =>
    only === undefined || index === only ? createTracer(config, budget) : undefined,
  );
  const timeoutMs = traceTimeout(context, config);
  await rewordTimeout(timeoutMs, () =>
    context.engine.traceBlock(
      {
        parentStateRoot: parent.stateRoot,
        context: block.header,
        transactions: transactions.map((transaction, index) => executableOf(transaction, block.receipts[index])),
        deadline: performance.now() + timeoutMs,
      },
      (index) => tracers[index],
    ),
  );
  return tracers.flatMap((tracer, index) =>
    tracer === undefined ? [] : [{ txHash: transactions[index]!.hash, result: tracer.result() }],
  );
}
