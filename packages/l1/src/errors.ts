import { TephraError } from '@tephra/core';
import { type Abi, BaseError, decodeErrorResult, type Hex, RpcRequestError } from 'viem';
import * as generated from './generated/abis.ts';

/**
 * - SIMULATION_REVERTED: the node says the transaction would revert; nothing was sent.
 * - REVERTED: mined and failed; details hold hash and block.
 * - INSUFFICIENT_FUNDS, REJECTED: the node refused it; nothing is in flight.
 * - L1_UNREACHABLE: no answer after retries (retryable).
 * - WRONG_CHAIN: the endpoint serves another chain id.
 * - ABORTED: the caller's signal fired; the transaction may still be mined.
 */
export type L1ErrorCode =
  | 'SIMULATION_REVERTED'
  | 'REVERTED'
  | 'INSUFFICIENT_FUNDS'
  | 'REJECTED'
  | 'L1_UNREACHABLE'
  | 'WRONG_CHAIN'
  | 'ABORTED';

export class L1Error extends TephraError<L1ErrorCode> {}

/** Errors and their arguments of every contract of ours, for decoding revert data. */
const errorAbi: Abi = Object.values(generated as Record<string, unknown>)
  .filter((abi): abi is Abi => Array.isArray(abi))
  .flatMap((abi) => abi.filter((item) => item.type === 'error'));

/** Revert data as `Name(arg, arg)` when the error is one of ours or Solidity's own; otherwise the hex. */
export function describeRevert(data: Hex): string {
  if (data === '0x') return 'reverted without a reason';
  try {
    const { errorName, args } = decodeErrorResult({ abi: errorAbi, data });
    const values = (args ?? []) as readonly unknown[];
    if (errorName === 'Error') return String(values[0]);
    return `${errorName}(${values.map(String).join(', ')})`;
  } catch {
    return `unknown error ${data}`;
  }
}

/** Name of the custom error in revert data, undefined when unknown. */
export function revertName(data: Hex): string | undefined {
  try {
    return decodeErrorResult({ abi: errorAbi, data }).errorName;
  } catch {
    return undefined;
  }
}

/** What a JSON-RPC node answered; undefined when `error` is not an answer of the node (transport, time-out). */
export function rpcAnswer(error: unknown): { code: number; message: string; data?: Hex } | undefined {
  if (!(error instanceof BaseError)) return undefined;
  const found = error.walk((cause) => cause instanceof RpcRequestError);
  if (!(found instanceof RpcRequestError)) return undefined;
  const raw: unknown = found.data;
  let data: Hex | undefined;
  if (typeof raw === 'string' && raw.startsWith('0x')) data = raw as Hex;
  else if (typeof raw === 'object' && raw !== null && 'data' in raw && typeof raw.data === 'string') {
    data = raw.data as Hex;
  }
  return { code: found.code, message: found.details, ...(data === undefined ? {} : { data }) };
}
