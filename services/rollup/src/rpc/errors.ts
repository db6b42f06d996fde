import { TephraError } from '@tephra/core';
import { MissingNodeError } from '@tephra/engine';
import type { Hash, Hex } from '@tephra/protocol';
import { decodeErrorResult } from 'viem';

/**
 * Codes of JSON-RPC 2.0, EIP-1474 and go-ethereum. Clients switch on these numbers, so they are part of the API.
 */
export const RPC_ERROR = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** go-ethereum's answer for everything that a handler refuses. */
  server: -32000,
  unauthorised: -32001,
  responseTooLarge: -32003,
  limitExceeded: -32005,
  /** Execution reverted; `data` holds the revert bytes. */
  reverted: 3,
  /** EIP-7966: no receipt within the time limit; `data` holds the hash. */
  receiptTimeout: 4,
  /** EIP-7966: the transaction cannot be processed at the moment. */
  notReady: 5,
} as const;

/** An error that goes to the caller as it stands. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export type JsonRpcErrorBody = { code: number; message: string; data?: unknown };

export function invalidParams(message: string): RpcError {
  return new RpcError(RPC_ERROR.invalidParams, message);
}

/** go-ethereum's wording when a block number, tag or hash names no block. */
export function headerNotFound(): RpcError {
  return new RpcError(RPC_ERROR.server, 'header not found');
}

/** go-ethereum's wording for a state that a full node does not keep any more; tools match on it. */
export function stateNotKept(stateRoot: Hash, oldest: bigint): RpcError {
  return new RpcError(RPC_ERROR.server, `historical state ${stateRoot} is not available`, {
    code: 'STATE_NOT_KEPT',
    hint: `This node keeps states from block ${oldest} on; ask an archive node for older ones.`,
  });
}

const standardErrors = [
  { type: 'error', name: 'Error', inputs: [{ name: 'reason', type: 'string' }] },
  { type: 'error', name: 'Panic', inputs: [{ name: 'code', type: 'uint256' }] },
] as const;

/** Words of go-ethereum (accounts/abi) for Solidity's panic codes. */
const panicReasons: Record<number, string> = {
  0: 'generic panic',
  1: 'assert(false)',
  17: 'arithmetic underflow or overflow',
  18: 'division or modulo by zero',
  33: 'enum overflow',
  34: 'invalid encoded storage byte array accessed',
  49: 'out-of-bounds array access; popping on an empty array',
  50: 'out-of-bounds access of an array or bytesN',
  65: 'out of memory',
  81: 'uninitialized function',
};

/** Human part of revert data: the string of `Error(string)`, the words of `Panic(uint256)`, or undefined. */
export function revertReason(data: Hex): string | undefined {
  if (!data.startsWith('0x08c379a0') && !data.startsWith('0x4e487b71')) return undefined;
  try {
    const decoded = decodeErrorResult({ abi: standardErrors, data });
    if (decoded.errorName === 'Error') return decoded.args[0];
    const code = decoded.args[0];
    return panicReasons[Number(code)] ?? `unknown panic code: 0x${code.toString(16)}`;
  } catch {
    return undefined;
  }
}

export function revertError(data: Hex): RpcError {
  const reason = revertReason(data);
  return new RpcError(
    RPC_ERROR.reverted,
    reason === undefined ? 'execution reverted' : `execution reverted: ${reason}`,
    data,
  );
}

/**
 * What the caller gets to see of an error. Typed errors of the node speak for themselves; anything else is a fault of
 * ours whose text stays in the log, and `fault` is true.
 */
export function toErrorBody(error: unknown): { body: JsonRpcErrorBody; fault: boolean } {
  if (error instanceof RpcError) {
    const body: JsonRpcErrorBody = { code: error.code, message: error.message };
    if (error.data !== undefined) body.data = error.data;
    return { body, fault: false };
  }
  if (error instanceof TephraError) {
    const data: Record<string, unknown> = { code: error.code };
    if (error.hint !== undefined) data.hint = error.hint;
    return { body: { code: RPC_ERROR.server, message: error.message, data }, fault: false };
  }
  // The state went away while it was being read.
  if (error instanceof MissingNodeError) {
    return {
      body: { code: RPC_ERROR.server, message: `${error.message} (path ) state is not available` },
      fault: false,
    };
  }
  return { body: { code: RPC_ERROR.internal, message: 'internal error' }, fault: true };
}
