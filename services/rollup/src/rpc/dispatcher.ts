import type { RpcContext, RpcSession } from './context.ts';
import { type JsonRpcErrorBody, RPC_ERROR, RpcError, toErrorBody } from './errors.ts';
import type { RpcMethod } from './method.ts';
import { unsupportedReason } from './unsupported.ts';

/** Who calls. */
export type Caller = { session: RpcSession | null; admin: boolean };

/** Counts one call that began at `started` (performance.now). */
type Observer = (started: number, success: boolean) => void;

type Request = { jsonrpc: '2.0'; id?: string | number | null; method: string; params?: unknown };

/**
 * Turns JSON-RPC text into calls and their results into text. The calls of a batch start in order; writes that follow
 * each other run side by side so that they share one flush of the journal, and reads wait for the writes before them, so
 * a batch sees its own effects.
 */
export class Dispatcher {
  readonly #methods: ReadonlyMap<string, RpcMethod>;
  readonly #context: RpcContext;
  /** By method, with one for all that are not there: bound once, because looking labels up costs more than most calls. */
  readonly #observers = new Map<string, Observer>();
  readonly #observeUnknown: Observer;

  constructor(options: { methods: readonly RpcMethod[] }, deps: { context: RpcContext }) {
    this.#context = deps.context;
    this.#methods = new Map(options.methods.map((method) => [method.name, method]));
    const { metrics } = deps.context;
    const calls = metrics.counter({
      name: 'rpc_calls_total',
      help: 'JSON-RPC calls by method and result.',
      labels: ['method', 'result'],
    });
    const seconds = metrics.histogram({
      name: 'rpc_call_seconds',
      help: 'Duration of JSON-RPC calls.',
      labels: ['method'],
      buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
    });
    const observer = (method: string): Observer => {
      const ok = calls.labels({ method, result: 'ok' });
      const failed = calls.labels({ method, result: 'error' });
      const duration = seconds.labels({ method });
      return (started, success) => {
        (success ? ok : failed).inc();
        duration.observe((performance.now() - started) / 1_000);
      };
    };
    for (const { name } of options.methods) this.#observers.set(name, observer(name));
    this.#observeUnknown = observer('unknown');
  }

  /** The answer as text; undefined when there is none to give (notifications only). Never throws. */
  async handle(text: string, caller: Caller): Promise<string | undefined> {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return failure(null, { code: RPC_ERROR.parse, message: 'parse error' });
    }
    if (!Array.isArray(parsed)) return this.#one(parsed, caller);
    if (parsed.length === 0) return failure(null, { code: RPC_ERROR.invalidRequest, message: 'empty batch' });
    const { maxBatch } = this.#context.limits;
    if (parsed.length > maxBatch) {
      const message = `batch of ${parsed.length} calls, the limit is ${maxBatch}`;
      return failure(null, { code: RPC_ERROR.invalidRequest, message });
    }
    return this.#batch(parsed, caller);
  }

  async #batch(requests: unknown[], caller: Caller): Promise<string | undefined> {
    const answers: Promise<string | undefined>[] = [];
    let kind: 'read' | 'write' = 'read';
    let first = 0;
    let length = 0;
    /** Waits for the run of calls of one kind that began at `first`. */
    const settle = async () => {
      for (; first < answers.length; first++) length += (await answers[first])?.length ?? 0;
    };
    for (const request of requests) {
      const next = this.#methods.get((request as Partial<Request> | null)?.method ?? '')?.kind ?? 'read';
      // Reads go one after the other: side by side they would only pile up their results.
      if (next !== kind || next === 'read') await settle();
      kind = next;
      if (length > this.#context.limits.maxResponseLength) {
        answers.push(Promise.resolve(tooLarge(request)));
        continue;
      }
      answers.push(this.#one(request, caller));
    }
    const texts = (await Promise.all(answers)).filter((answer) => answer !== undefined);
    return texts.length === 0 ? undefined : `[${texts.join(',')}]`;
  }

  async #one(request: unknown, caller: Caller): Promise<string | undefined> {
    if (!isRequest(request)) {
      return failure(idOf(request), { code: RPC_ERROR.invalidRequest, message: 'invalid request' });
    }
    const { id, method: name } = request;
    const isNotification = id === undefined;
    const started = performance.now();
    const method = this.#methods.get(name);
    const observe = this.#observers.get(name) ?? this.#observeUnknown;
    try {
      const result = await this.#call(method, request, caller);
      const text = JSON.stringify(result ?? null);
      observe(started, true);
      return isNotification ? undefined : `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${text}}`;
    } catch (error) {
      const { body, fault } = toErrorBody(error);
      if (fault) this.#context.logger.error({ err: error, method: name }, 'method failed');
      observe(started, false);
      return isNotification ? undefined : failure(id, body);
    }
  }

  #call(method: RpcMethod | undefined, request: Request, caller: Caller): unknown {
    // An unknown caller cannot tell admin methods from ones that are not there.
    if (!method || (method.access === 'admin' && !caller.admin)) {
      const reason = unsupportedReason(request.method);
      const message = `the method ${request.method.slice(0, 100)} does not exist/is not available`;
      throw new RpcError(RPC_ERROR.methodNotFound, reason === undefined ? message : `${message}: ${reason}`);
    }
    if (method.needsSession && !caller.session) {
      throw new RpcError(RPC_ERROR.server, 'notifications not supported: subscribe over WebSocket');
    }
    return method.invoke(this.#context, caller.session, request.params);
  }
}

function isRequest(value: unknown): value is Request {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { jsonrpc, id, method } = value as Record<string, unknown>;
  if (jsonrpc !== '2.0' || typeof method !== 'string') return false;
  return id === undefined || id === null || typeof id === 'string' || typeof id === 'number';
}

function idOf(value: unknown): string | number | null {
  const id = (value as { id?: unknown } | null)?.id;
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}

function failure(id: string | number | null, error: JsonRpcErrorBody): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}

function tooLarge(request: unknown): string {
  return failure(idOf(request), { code: RPC_ERROR.responseTooLarge, message: 'response too large' });
}
