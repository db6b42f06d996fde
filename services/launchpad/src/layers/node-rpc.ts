import { errorMessage, TephraError } from '@tephra/core';
import { z } from 'zod';
import type { NodeTarget } from '../driver/driver.ts';

export class NodeRpcError extends TephraError<'NODE_UNREACHABLE' | 'NODE_REFUSED'> {}

const answer = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() }).optional(),
});

/** One JSON-RPC call to a layer's node. `token` opens its admin methods. @throws NodeRpcError */
export async function nodeRpc(
  target: NodeTarget,
  method: string,
  params: unknown[] = [],
  options: { token?: string; timeoutMs?: number } = {},
): Promise<unknown> {
  let body: unknown;
  try {
    const response = await fetch(`http://${target.host}:${target.port}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(options.timeoutMs ?? 3_000),
    });
    body = await response.json();
  } catch (cause) {
    throw new NodeRpcError('NODE_UNREACHABLE', `the node does not answer ${method}: ${errorMessage(cause)}`, {
      retryable: true,
      cause,
    });
  }
  const parsed = answer.safeParse(body);
  if (!parsed.success) throw new NodeRpcError('NODE_REFUSED', `the node answered ${method} in an unknown form`);
  if (parsed.data.error) {
    throw new NodeRpcError('NODE_REFUSED', parsed.data.error.message, { details: { rpcCode: parsed.data.error.code } });
  }
  return parsed.data.result;
}
