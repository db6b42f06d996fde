import { TephraError } from '@tephra/core';
import { type OperatorSession, REFUSAL_CODES, type RefusalCode, type SignedTaskResponse } from '@tephra/protocol';
import { z } from 'zod';

/**
 * The aggregator refused (`code` as it says, see `RefusalCode`), or did not answer (`UNREACHABLE`), or answered something
 * that is no answer (`UNREACHABLE`, too: another instance may do better).
 */
export class AggregatorError extends TephraError<RefusalCode | 'UNREACHABLE'> {}

const session = z.object({
  quorums: z.array(z.number().int().min(0)),
  lastJournalSequence: z.number().int().min(0),
});
const receipt = z.object({ accepted: z.literal(true), thresholdReached: z.boolean() });
const envelope = z.union([
  z.object({ result: z.unknown(), error: z.undefined().optional() }),
  z.object({
    error: z.object({ message: z.string(), data: z.object({ code: z.string() }).optional().catch(undefined) }),
  }),
]);

/** An answer of JSON-RPC may take this long, milliseconds. */
const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** The aggregator's JSON-RPC as an operator uses it. */
export class AggregatorClient {
  readonly #url: string;
  readonly #fetch: typeof fetch;
  #nextId = 1;
  #reachable: boolean | undefined;

  constructor(options: { url: string }, deps: { fetch?: typeof fetch } = {}) {
    this.#url = options.url;
    this.#fetch = deps.fetch ?? fetch;
  }

  /** Whether the last call was answered; undefined before the first. */
  get reachable(): boolean | undefined {
    return this.#reachable;
  }

  /** @throws AggregatorError */
  async initOperator(avs: string, operatorId: string, signal?: AbortSignal): Promise<OperatorSession> {
    return this.#parse(session, await this.#call('aggregator_initOperator', { avs, operatorId }, signal));
  }

  /** True when enough stake has signed. @throws AggregatorError */
  async processSignedTaskResponse(response: SignedTaskResponse, signal?: AbortSignal): Promise<boolean> {
    const answer = await this.#call('aggregator_processSignedTaskResponse', response, signal);
    return this.#parse(receipt, answer).thresholdReached;
  }

  async #call(method: string, parameters: object, signal?: AbortSignal): Promise<unknown> {
    const limits = [AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])];
    let text: string;
    try {
      const response = await this.#fetch(this.#url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: this.#nextId++, method, params: [parameters] }),
        signal: AbortSignal.any(limits),
      });
      text = await response.text();
      if (text.length > MAX_ANSWER_BYTES) throw new Error('the answer is too long');
    } catch (cause) {
      throw this.#unreachable(cause);
    }
    let parsed: z.infer<typeof envelope>;
    try {
      parsed = envelope.parse(JSON.parse(text));
    } catch (cause) {
      throw this.#unreachable(cause);
    }
    if (parsed.error === undefined) return parsed.result;
    const code = REFUSAL_CODES.find((known) => known === parsed.error?.data?.code);
    if (code === undefined) throw this.#unreachable(new Error(parsed.error.message));
    this.#reachable = true;
    throw new AggregatorError(code, parsed.error.message, { retryable: RETRYABLE.has(code) });
  }

  #parse<T>(schema: z.ZodType<T>, answer: unknown): T {
    const { data, error } = schema.safeParse(answer);
    if (data === undefined) throw this.#unreachable(error);
    this.#reachable = true;
    return data;
  }

  #unreachable(cause: unknown): AggregatorError {
    this.#reachable = false;
    return new AggregatorError('UNREACHABLE', `no usable answer from the aggregator at ${this.#url}`, {
      cause,
      retryable: true,
    });
  }
}

/** Refusals that end by themselves: the aggregator may see a task on the L1 a moment later than the operator does. */
const RETRYABLE: ReadonlySet<RefusalCode> = new Set(['UNKNOWN_TASK', 'RATE_LIMITED']);
