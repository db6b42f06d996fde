import type { z } from 'zod';
import { errorEnvelope } from '../errors.ts';
import type { LayerEvent } from '../flashlayer/events.ts';
import type { RouteDefinition } from '../route.ts';
import { type RouteName, routes } from '../routes.ts';
import { ApiError } from './error.ts';
import { streamEvents } from './events.ts';

type Routes = typeof routes;
type Part<R, K extends 'params' | 'query' | 'body'> = R extends { [P in K]: infer S extends z.ZodType }
  ? undefined extends z.input<S>
    ? { [P in K]?: z.input<S> }
    : Record<string, never> extends z.input<S>
      ? { [P in K]?: z.input<S> }
      : { [P in K]: z.input<S> }
  : unknown;

/** What a call of a route takes: `{params, query, body}`, as far as the route has them. */
export type RouteInput<N extends RouteName> = Part<Routes[N], 'params'> &
  Part<Routes[N], 'query'> &
  Part<Routes[N], 'body'>;
export type RouteOutput<N extends RouteName> = z.output<Routes[N]['response']>;

export type CallOptions = { signal?: AbortSignal; idempotencyKey?: string };

type Calls = {
  [N in RouteName]: Record<string, never> extends RouteInput<N>
    ? (input?: RouteInput<N>, options?: CallOptions) => Promise<RouteOutput<N>>
    : (input: RouteInput<N>, options?: CallOptions) => Promise<RouteOutput<N>>;
};

/** One method per entry of {@link routes}, and the event stream of a layer. */
export type ApiClient = Calls & {
  /**
   * Steps, statuses and log lines of a layer, oldest first, then live. Reconnects from the last event by itself until
   * `signal` aborts; ends without an error then.
   */
  watchFlashlayer(id: string | number, options?: WatchOptions): AsyncGenerator<LayerEvent, void>;
};
export type WatchOptions = {
  signal?: AbortSignal;
  lastEventId?: string;
  /** Pause before a reconnection, 1,000 when not given. */
  reconnectMs?: number;
};

export type ApiClientOptions = {
  /** "http://localhost:8080", or "" on the platform's own pages. */
  baseUrl: string;
  token?: string | (() => string | undefined | Promise<string | undefined>);
  fetch?: typeof globalThis.fetch;
};

/** @throws {ApiError} from every method. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const send: typeof globalThis.fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  const base = options.baseUrl.replace(/\/$/, '');

  async function headers(extra: Record<string, string> = {}): Promise<Record<string, string>> {
    const token = typeof options.token === 'function' ? await options.token() : options.token;
    return { accept: 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}), ...extra };
  }

  async function call(route: RouteDefinition, input: CallInput = {}, callOptions: CallOptions = {}): Promise<unknown> {
    const hasBody = input.body !== undefined && route.method !== 'GET';
    const extra: Record<string, string> = {};
    if (hasBody) extra['content-type'] = 'application/json';
    if (callOptions.idempotencyKey) extra['idempotency-key'] = callOptions.idempotencyKey;
    let response: Response;
    try {
      response = await send(base + urlOf(route, input), {
        method: route.method,
        headers: await headers(extra),
        ...(hasBody ? { body: JSON.stringify(input.body) } : {}),
        ...(callOptions.signal ? { signal: callOptions.signal } : {}),
      });
    } catch (cause) {
      if (callOptions.signal?.aborted) throw cause;
      throw new ApiError('UNREACHABLE', `The platform at ${base || 'this address'} does not answer.`, {
        cause,
        hint: 'Start it with ./tephra up, or check the address.',
      });
    }
    const json = await response.json().catch(() => undefined);
    if (!response.ok) throw errorOf(response.status, json);
    const parsed = route.response.safeParse(json);
    if (!parsed.success) {
      throw new ApiError('BAD_RESPONSE', `${route.method} ${route.path} answered in an unknown form.`, {
        status: response.status,
        cause: parsed.error,
        hint: 'Client and platform may be of different versions.',
      });
    }
    return parsed.data;
  }

  const calls = Object.fromEntries(
    Object.entries(routes).map(([name, route]) => [
      name,
      (input?: CallInput, callOptions?: CallOptions) => call(route, input, callOptions),
    ]),
  ) as unknown as Calls;

  return {
    ...calls,
    watchFlashlayer: (id, watchOptions) =>
      streamEvents(
        { url: `${base}/v1/flashlayer/${encodeURIComponent(id)}/events`, fetch: send, headers },
        watchOptions,
      ),
  };
}

type CallInput = { params?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown };

function urlOf(route: RouteDefinition, input: CallInput): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(input.params?.[name] ?? '')),
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) query.set(key, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** The typed form of an error answer, whatever stood in it. */
export function errorOf(status: number, json: unknown): ApiError {
  const parsed = errorEnvelope.safeParse(json);
  if (!parsed.success) {
    return new ApiError('BAD_RESPONSE', `The answer has HTTP status ${status} and is not of this API.`, { status });
  }
  const { code, message, ...rest } = parsed.data.error;
  return new ApiError(code, message, { status, ...rest });
}
