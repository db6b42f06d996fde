import { isTephraError, type Logger } from '@tephra/core';
import { RouteError } from '@tephra/http';
import { AggregatorError, Refusal } from '../errors.ts';
import type { Caller, RpcMethods } from './methods.ts';

type Answer = { jsonrpc: '2.0'; id: string | number | null } & (
  | { result: unknown }
  | { error: { code: number; message: string; data?: Record<string, unknown> } }
);

/** Calls in one batch. */
const MAX_BATCH = 100;
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
const INTERNAL = -32_603;
const REFUSED = -32_000;

/** A further method that only one kind of connection has; undefined when it is none of these. */
export type ExtraMethods = (method: string, parameters: unknown) => Promise<unknown> | undefined;

/** Answers a JSON-RPC 2.0 message, single or a batch; undefined when it asks for no answer. */
export class JsonRpc {
  readonly #methods: RpcMethods;
  readonly #logger: Logger;

  constructor(deps: { methods: RpcMethods; logger: Logger }) {
    this.#methods = deps.methods;
    this.#logger = deps.logger;
  }

  async answer(text: string, caller: Caller, extra?: ExtraMethods): Promise<Answer | Answer[] | undefined> {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return failure(null, PARSE_ERROR, 'not JSON', { code: 'MALFORMED' });
    }
    if (!Array.isArray(message)) return await this.#call(message, caller, extra);
    if (message.length === 0 || message.length > MAX_BATCH)
      return failure(null, INVALID_REQUEST, `a batch has 1 to ${MAX_BATCH} calls`, { code: 'MALFORMED' });
    const answers = await Promise.all(message.map((call) => this.#call(call, caller, extra)));
    const told = answers.filter((answer) => answer !== undefined);
    return told.length > 0 ? told : undefined;
  }

  async #call(message: unknown, caller: Caller, extra?: ExtraMethods): Promise<Answer | undefined> {
    if (message === null || typeof message !== 'object' || Array.isArray(message))
      return failure(null, INVALID_REQUEST, 'not a call', { code: 'MALFORMED' });
    const { id, method, params } = message as { id?: unknown; method?: unknown; params?: unknown };
    const isNotification = id === undefined;
    const known = typeof id === 'string' || typeof id === 'number' ? id : null;
    if (typeof method !== 'string')
      return failure(known, INVALID_REQUEST, 'the method is missing', { code: 'MALFORMED' });
    const run = this.#methods.get(method);
    const running = run ? run(params, caller) : extra?.(method, params);
    if (!running) return isNotification ? undefined : failure(known, METHOD_NOT_FOUND, `there is no method ${method}`);
    try {
      const result = await running;
      return isNotification ? undefined : { jsonrpc: '2.0', id: known, result };
    } catch (error) {
      const answer = this.#failure(known, error);
      return isNotification ? undefined : answer;
    }
  }

  #failure(id: Answer['id'], error: unknown): Answer {
    const told =
      error instanceof Refusal || error instanceof AggregatorError || error instanceof RouteError ? error : undefined;
    if (told) {
      const data = { code: told.code, ...(told.hint ? { hint: told.hint } : {}) };
      return failure(id, told.code === 'MALFORMED' ? INVALID_PARAMS : REFUSED, told.message, data);
    }
    const retryable = isTephraError(error) && error.retryable;
    this.#logger.error({ err: error }, 'a call failed');
    return failure(id, INTERNAL, 'something went wrong in the aggregator', { code: 'INTERNAL', retryable });
  }
}

function failure(id: Answer['id'], code: number, message: string, data?: Record<string, unknown>): Answer {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data ? { data } : {}) } };
}
