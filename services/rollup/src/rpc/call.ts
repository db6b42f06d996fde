import { isTephraError } from '@tephra/core';
import type { BlockContext, CallOutcome, CallRequest, StateOverrides } from '@tephra/engine';
import type { Address } from '@tephra/protocol';
import type { RpcContext } from './context.ts';
import { RPC_ERROR, RpcError, revertError } from './errors.ts';
import type { BlockRef, CallArguments } from './params.ts';
import { readState, type StateView } from './resolve.ts';

const ZERO_ADDRESS: Address = '0x0000000000000000000000000000000000000000';

/**
 * The request in the engine's form. Without any fee field the price is zero and no base fee is asked, as in
 * go-ethereum; with one, the price is what the block would take.
 * @throws RpcError when the fee fields contradict each other or the block
 */
export function callRequest(context: RpcContext, args: CallArguments, block: BlockContext): CallRequest {
  const limit = context.limits.callGas;
  const gas = args.gas === undefined || args.gas > limit ? limit : args.gas;
  const request: CallRequest = {
    from: args.from ?? ZERO_ADDRESS,
    to: args.to ?? null,
    data: args.input ?? args.data ?? '0x',
    value: args.value ?? 0n,
    gas,
    gasPrice: callGasPrice(args, block),
    // One for all the runs that a call needs.
    deadline: performance.now() + context.limits.callTimeoutMs,
  };
  if (args.accessList) request.accessList = args.accessList;
  if (args.authorizationList) request.authorizationList = args.authorizationList;
  if (args.chainId !== undefined && args.chainId !== context.chain.chainId) {
    throw new RpcError(
      RPC_ERROR.server,
      `chainId does not match node's (have=${args.chainId}, want=${context.chain.chainId})`,
    );
  }
  return request;
}

function callGasPrice(args: CallArguments, block: BlockContext): bigint {
  if (args.gasPrice !== undefined) {
    if (args.gasPrice !== 0n && args.gasPrice < block.baseFeePerGas) throw feeCapTooLow(args, args.gasPrice, block);
    return args.gasPrice;
  }
  const cap = args.maxFeePerGas;
  const tip = args.maxPriorityFeePerGas ?? 0n;
  if (cap === undefined) return tip === 0n ? 0n : block.baseFeePerGas + tip;
  if (cap === 0n && tip === 0n) return 0n;
  if (tip > cap) {
    throw new RpcError(
      RPC_ERROR.server,
      `err: max priority fee per gas higher than max fee per gas: address ${args.from ?? ZERO_ADDRESS}, maxPriorityFeePerGas: ${tip}, maxFeePerGas: ${cap}`,
    );
  }
  if (cap < block.baseFeePerGas) throw feeCapTooLow(args, cap, block);
  const offered = block.baseFeePerGas + tip;
  return offered < cap ? offered : cap;
}

function feeCapTooLow(args: CallArguments, cap: bigint, block: BlockContext): RpcError {
  return new RpcError(
    RPC_ERROR.server,
    `err: max fee per gas less than block base fee: address ${args.from ?? ZERO_ADDRESS}, maxFeePerGas: ${cap}, baseFee: ${block.baseFeePerGas}`,
  );
}

/** Runs a call against the state that `ref` names. */
export function runCall(
  context: RpcContext,
  args: CallArguments,
  ref: BlockRef,
  overrides: StateOverrides | undefined,
): Promise<CallOutcome> {
  return readState(context, ref, (view) => callAt(context, callRequest(context, args, view.context), view, overrides));
}

/** @throws RpcError -32000 when the call takes longer than it may */
export function callAt(
  context: RpcContext,
  request: CallRequest,
  view: StateView,
  overrides: StateOverrides | undefined,
): Promise<CallOutcome> {
  return rewordTimeout(context.limits.callTimeoutMs, () => context.engine.call(request, view.at, overrides));
}

/** @throws RpcError in go-ethereum's words instead of the engine's own error */
export async function rewordTimeout<T>(timeoutMs: number, execute: () => Promise<T>): Promise<T> {
  try {
    return await execute();
  } catch (error) {
    if (!isTephraError(error, 'EXECUTION_TIMEOUT')) throw error;
    throw new RpcError(RPC_ERROR.server, `execution aborted (timeout = ${duration(timeoutMs)})`);
  }
}

/** As Go prints it: 5s, 300ms. */
const duration = (ms: number): string => (ms < 1_000 ? `${ms}ms` : `${ms / 1_000}s`);

/** @throws RpcError code 3 with revert data, or -32000 with the reason of the halt */
export function requireSuccess(outcome: CallOutcome): CallOutcome {
  if (outcome.status === 'success') return outcome;
  if (outcome.status === 'reverted') throw revertError(outcome.returnData);
  throw new RpcError(RPC_ERROR.server, outcome.haltReason ?? 'execution halted');
}
