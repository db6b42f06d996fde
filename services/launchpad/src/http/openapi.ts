import { ERROR_STATUS, type ErrorCode, EVENTS_PATH, errorEnvelope, type RouteDefinition, routes } from '@tephra/api';
import { z } from 'zod';

/** Errors that every route can answer. */
const COMMON_ERRORS: ErrorCode[] = ['FORBIDDEN', 'RATE_LIMITED', 'INTERNAL'];

/** The OpenAPI 3.1 document of the whole API, made from the route table. */
export function openApiDocument(options: { version: string; url: string }): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, route] of Object.entries(routes) as [string, RouteDefinition][]) {
    const path = openApiPath(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  paths[openApiPath(EVENTS_PATH)] = { get: eventsOperation() };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tephra',
      version: options.version,
      description: 'Launch, watch and end flash layers. Every error answer has the same envelope.',
    },
    servers: [{ url: options.url }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: jsonSchema(errorEnvelope, 'output') },
    },
  };
}

function operation(name: string, route: RouteDefinition): Record<string, unknown> {
  const parameters = [
    ...parametersOf(route.params, 'path'),
    ...parametersOf(route.query, 'query'),
    ...(route.idempotent
      ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } }]
      : []),
  ];
  // Bodies of GET requests are accepted for the reference's clients, but not advertised.
  const body = route.method === 'GET' ? undefined : route.body;
  return {
    operationId: name,
    summary: route.summary,
    tags: [route.tag],
    ...(route.scope === 'none'
      ? {}
      : { description: `Needs a token of scope ${route.scope}.`, security: [{ token: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { content: { 'application/json': { schema: jsonSchema(body, 'input') } } } } : {}),
    responses: {
      [route.status ?? 200]: {
        description: 'Success',
        content: { 'application/json': { schema: jsonSchema(route.response, 'output') } },
      },
      ...errorResponses([
        ...route.errors,
        ...(route.scope === 'none' ? [] : (['UNAUTHENTICATED'] as const)),
        ...COMMON_ERRORS,
      ]),
    },
  };
}

function eventsOperation(): Record<string, unknown> {
  return {
    operationId: 'watchFlashlayer',
    summary: 'Steps, status changes and log lines of a layer as server-sent events',
    tags: ['flash layers'],
    security: [{ token: [] }],
    parameters: [
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } },
    ],
    responses: {
      200: {
        description: 'A stream that stays open',
        content: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      ...errorResponses(['UNAUTHENTICATED', 'NOT_FOUND']),
    },
  };
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): Record<string, unknown>[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, unknown>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function errorResponses(codes: readonly ErrorCode[]): Record<string, unknown> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) byStatus.set(ERROR_STATUS[code], [...(byStatus.get(ERROR_STATUS[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: names.join(', '),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    ]),
  );
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

function openApiPath(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}
