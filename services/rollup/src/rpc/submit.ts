import type { Hash, Hex } from '@tephra/protocol';
import type { DroppedTransaction, StoredReceipt, StoredTransaction, SubmitResult } from '../chain.ts';
import type { CachedBlock } from './block-cache.ts';
import type { RpcContext } from './context.ts';
import { RPC_ERROR, RpcError } from './errors.ts';

/** 96 KiB (PROTOCOL.md section 4). */
const MAX_RAW_BYTES = 96 * 1024;

/**
 * @throws InvalidTransactionError or the sink's typed errors, whose words clients know from go-ethereum; RpcError -32000
 * when it gave way to another one before it was acknowledged
 */
export async function submitRaw(context: RpcContext, raw: Hex): Promise<SubmitResult> {
  const length = raw.length / 2 - 1;
  if (length > MAX_RAW_BYTES) {
    throw new RpcError(RPC_ERROR.server, `oversized data: transaction size ${length}, limit ${MAX_RAW_BYTES}`);
  }
  const begun = context.drops.now;
  const result = await context.sink.submit(Buffer.from(raw.slice(2), 'hex'));
  const lost = context.drops.since(result.hash, begun);
  if (lost !== undefined) throw droppedError(lost);
  return result;
}

/** Transaction and outcome of a hash, wherever it stands. */
export type Executed = { transaction: StoredTransaction; receipt: StoredReceipt };

/**
 * Waits until the transaction was executed.
 * @throws RpcError code 4 (EIP-7966) when it still waits for an earlier nonce after `timeoutMs`, -32000 when it was dropped
 */
export async function waitExecuted(context: RpcContext, result: SubmitResult, timeoutMs: number): Promise<Executed> {
  if (result.kind === 'executed') return result;
  const { hash } = result;
  const found = await waitFor<Executed | RpcError>(context, timeoutMs, (wake) => {
    const cancels = [
      context.events.on('executed', (executed) => {
        if (executed.hash === hash) wake(executed);
      }),
      onDropped(context, hash, wake),
    ];
    const known = context.chain.transactionByHash(hash);
    if (known) wake(known);
    return () => {
      for (const cancel of cancels) cancel();
    };
  });
  if (!found) throw receiptTimeout(hash, timeoutMs, 'it waits for an earlier nonce of its sender');
  if (found instanceof RpcError) throw found;
  return found;
}

/**
 * Waits until the transaction's block is sealed.
 * @throws RpcError code 4 (EIP-7966) after `timeoutMs`
 */
export async function waitSealed(
  context: RpcContext,
  hash: Hash,
  timeoutMs: number,
): Promise<{ block: CachedBlock; index: number }> {
  const find = () => {
    const known = context.chain.transactionByHash(hash);
    const block = known?.block && context.blocks.byNumber(known.block.number);
    return block ? { block, index: known.transaction.index } : undefined;
  };
  const found = await waitFor<NonNullable<ReturnType<typeof find>> | RpcError>(context, timeoutMs, (wake) => {
    const check = () => {
      const sealed = find();
      if (sealed) wake(sealed);
    };
    const cancels = [context.events.on('sealed', check), onDropped(context, hash, wake)];
    check();
    return () => {
      for (const cancel of cancels) cancel();
    };
  });
  if (!found) throw receiptTimeout(hash, timeoutMs, 'it is in no sealed block yet');
  if (found instanceof RpcError) throw found;
  return found;
}

/** Calls `wake` with the reason when the transaction is given up. */
function onDropped(context: RpcContext, hash: Hash, wake: (reason: RpcError) => void): () => void {
  return context.events.on('dropped', (dropped) => {
    if (dropped.hash === hash) wake(droppedError(dropped));
  });
}

function droppedError({ hash, reason, replacedBy }: DroppedTransaction): RpcError {
  const by = replacedBy === undefined ? '' : ` by ${replacedBy}`;
  return new RpcError(RPC_ERROR.server, `the transaction was dropped: ${reason}${by}`, hash);
}

function receiptTimeout(hash: Hash, timeoutMs: number, why: string): RpcError {
  return new RpcError(
    RPC_ERROR.receiptTimeout,
    `The transaction was added to the mempool but wasn't processed in ${timeoutMs}ms: ${why}.`,
    hash,
  );
}

/** Undefined when `ms` pass before `wake` is called. `listen` returns the function that stops listening. */
function waitFor<T>(context: RpcContext, ms: number, listen: (wake: (value: T) => void) => () => void) {
  return new Promise<T | undefined>((resolve) => {
    let done = false;
    let stop: (() => void) | undefined;
    let cancelTimer: (() => void) | undefined;
    const finish = (value: T | undefined) => {
      if (done) return;
      done = true;
      cancelTimer?.();
      stop?.();
      resolve(value);
    };
    cancelTimer = context.clock.setTimeout(() => finish(undefined), ms);
    stop = listen(finish);
    if (done) {
      stop();
      cancelTimer();
    }
  });
}

/** The caller's time limit within the node's bounds; the default without one. */
export function syncTimeout(context: RpcContext, requestedMs: bigint | undefined): number {
  const { maxSyncWaitMs, syncWaitMs } = context.limits;
  // A slow chain needs at least two blocks' time to answer at all.
  const usual = Math.min(maxSyncWaitMs, Math.max(syncWaitMs, 2 * context.blockTimeMs + 1_000));
  if (requestedMs === undefined || requestedMs === 0n) return usual;
  return requestedMs > BigInt(maxSyncWaitMs) ? maxSyncWaitMs : Number(requestedMs);
}
