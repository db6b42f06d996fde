import { platformRoutes, type RouteDefinition, type RouteOutput, type TokenScope, violationsOf } from '@tephra/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { LaunchpadError } from '../errors.ts';
import type { TokenIdentity } from '../store/token-store.ts';

type Routes = typeof platformRoutes;
type RouteName = keyof Routes;
type PartOf<N extends RouteName, K extends 'params' | 'query' | 'body'> = Routes[N] extends {
  [P in K]: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;

/** A checked request. */
export type RouteCall<N extends RouteName> = {
  params: PartOf<N, 'params'>;
  query: PartOf<N, 'query'>;
  body: PartOf<N, 'body'>;
  /** Present on every route that asks for a token. */
  caller: TokenIdentity | undefined;
  request: FastifyRequest;
};
export type RouteHandlers = { [N in RouteName]: (call: RouteCall<N>) => Promise<RouteOutput<N>> };

type AnyHandler = (call: {
  params: unknown;
  query: unknown;
  body: unknown;
  caller: TokenIdentity | undefined;
  request: FastifyRequest;
}) => Promise<unknown>;

declare module 'fastify' {
  interface FastifyRequest {
    caller: TokenIdentity | undefined;
  }
  interface FastifyContextConfig {
    /** What the access token must allow, or `none`; `read` for routes of the API that say nothing. */
    scope?: TokenScope | 'none';
  }
}

/** Registers every route of the control plane. Requests are checked and answers shaped by its schemas. */
export function bindRoutes(app: FastifyInstance, handlers: RouteHandlers): void {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data) => {
    // Fastify gives null for a missing body.
    const result = schema.safeParse(data === null && httpPart === 'body' ? {} : data);
    if (result.success) return { value: result.data };
    const fields = violationsOf(result.error);
    const names = fields.map((field) => `${field.path || 'body'} ${field.message}`).join('; ');
    return { error: new LaunchpadError('INVALID_ARGUMENT', names, { fields, hint: 'Correct the named fields.' }) };
  });
  app.setSerializerCompiler<z.ZodType>(
    ({ schema }) =>
      (data) =>
        JSON.stringify(schema.parse(data)),
  );

  for (const [name, route] of Object.entries(platformRoutes) as [RouteName, RouteDefinition][]) {
    const handler = handlers[name] as unknown as AnyHandler;
    const status = route.status ?? 200;
    app.route({
      method: route.method,
      url: route.path,
      config: { scope: route.scope },
      schema: {
        ...(route.params ? { params: route.params } : {}),
        ...(route.query ? { querystring: route.query } : {}),
        ...(route.body ? { body: route.body } : {}),
        response: { [status]: route.response },
      },
      handler: async (request, reply) => {
        const { params, query, body, caller } = request;
        const answer = await handler({ params, query, body, caller, request });
        return reply.code(status).send(answer);
      },
    });
  }
}
