import { CliError } from './errors.ts';

type Answer = { id?: number; result?: unknown; error?: { code: number; message: string; data?: unknown } };

/** An answer of a JSON-RPC endpoint that is an error. */
export class RpcAnswerError extends CliError {
  readonly rpcCode: number;
  constructor(method: string, error: { code: number; message: string; data?: unknown }) {
    super('RPC_ERROR', `${method}: ${error.message}`, { details: { rpcCode: error.code, data: error.data } });
    this.rpcCode = error.code;
  }
}

export type RpcCall = { method: string; params?: unknown[] };

/**
 * One JSON-RPC call over HTTP.
 * @throws RpcAnswerError, CliError NOT_RUNNING
 */
export async function rpc(url: string, method: string, params: unknown[] = [], signal?: AbortSignal): Promise<unknown> {
  const answer = (await post(url, { jsonrpc: '2.0', id: 1, method, params }, signal)) as Answer;
  if (answer.error) throw new RpcAnswerError(method, answer.error);
  return answer.result;
}

/** A batch in one HTTP request; the answers in the order of the calls, errors as values. */
export async function rpcBatch(
  url: string,
  calls: RpcCall[],
  signal?: AbortSignal,
): Promise<({ result: unknown } | { error: RpcAnswerError })[]> {
  const body = calls.map(({ method, params = [] }, id) => ({ jsonrpc: '2.0', id, method, params }));
  const answers = await post(url, body, signal);
  if (!Array.isArray(answers)) {
    const error = (answers as Answer).error ?? { code: 0, message: 'not a batch answer' };
    throw new RpcAnswerError('batch', error);
  }
  const byId = new Map((answers as Answer[]).map((answer) => [answer.id, answer]));
  return calls.map(({ method }, id) => {
    const answer = byId.get(id);
    if (!answer) return { error: new RpcAnswerError(method, { code: 0, message: 'no answer in the batch' }) };
    return answer.error ? { error: new RpcAnswerError(method, answer.error) } : { result: answer.result };
  });
}

async function post(url: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw new CliError('NOT_RUNNING', `${url} does not answer`, { cause, retryable: true });
  }
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new CliError('RPC_ERROR', `${url} answered HTTP ${response.status} and no JSON`, { cause });
  }
}
