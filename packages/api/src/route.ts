import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import type { TokenScope } from './tokens.ts';

/** One HTTP route; answers are JSON. */
export type RouteDefinition = {
  method: 'GET' | 'POST' | 'DELETE';
  /** Fastify style: `:id` is a parameter. */
  path: string;
  summary: string;
  tag: 'flash layers' | 'access tokens' | 'restaking' | 'AVS' | 'platform' | 'health';
  /** What the token must allow; `none`: no token is asked for. */
  scope: TokenScope | 'none';
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  response: z.ZodType;
  /** Status of success; 200 when not given. */
  status?: number;
  /** Beyond UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED and INTERNAL, which every route can answer. */
  errors: readonly ErrorCode[];
  /** True: takes an Idempotency-Key header. */
  idempotent?: boolean;
};
