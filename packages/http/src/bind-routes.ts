import { type RouteDefinition, type TokenScope, violationsOf } from '@tephra/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { RouteError } from './route-error.ts';

/** Part of the API's table that one server answers. */
export type RouteTable = Record<string, RouteDefinition>;

type PartOf<R, K extends 'params' | 'query' | 'body'> = R extends { [P in K]: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;

/** A checked request for a route of a table. */
export type RouteCall<R> = {
  params: PartOf<R, 'params'>;
  query: PartOf<R, 'query'>;
  body: PartOf<R, 'body'>;
  request: FastifyRequest;
};
export type RouteHandlers<T extends RouteTable> = {
  [N in keyof T]: (call: RouteCall<T[N]>) => Promise<z.output<T[N]['response']>>;
};

type AnyHandler = (call: {
  params: unknown;
  query: unknown;
  body: unknown;
  request: FastifyRequest;
}) => Promise<unknown>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the access token must allow, or `none`; `read` for routes of the API that say nothing. */
    scope?: TokenScope | 'none';
  }
}

/** Registers every route of a table. Requests are checked and answers shaped by its schemas. */
export function bindRoutes<T extends RouteTable>(app: FastifyInstance, table: T, handlers: RouteHandlers<T>): void {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data) => {
    // Fastify gives null for a missing body.
    const result = schema.safeParse(data === null && httpPart === 'body' ? {} : data);
    if (result.success) return { value: result.data };
    const fields = violationsOf(result.error);
    const names = fields.map((field) => `${field.path || 'body'} ${field.message}`).join('; ');
    return { error: new RouteError('INVALID_ARGUMENT', names, { fields, hint: 'Correct the named fields.' }) };
  });
  app.setSerializerCompiler<z.ZodType>(
    ({ schema }) =>
      (data) =>
        JSON.stringify(schema.parse(data)),
  );

  for (const [name, route] of Object.entries(table)) {
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
        const { params, query, body } = request;
        const answer = await handler({ params, query, body, request });
        return reply.code(status).send(answer);
      },
    });
  }
}
