import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { routes, scopeAllows } from '@tephra/api';
import type { Clock, Logger, Metrics } from '@tephra/core';
import Fastify, { type FastifyInstance } from 'fastify';
import { LaunchpadError } from '../errors.ts';
import type { LayerService } from '../layers/layer-service.ts';
import type { EventStore } from '../store/event-store.ts';
import type { TokenStore } from '../store/token-store.ts';
import { bindRoutes, type RouteHandlers } from './bind-routes.ts';
import { errorHandler } from './error-answer.ts';
import { registerEventStream } from './event-stream.ts';
import { openApiDocument } from './openapi.ts';
import type { OriginGuard } from './origin-guard.ts';
import { RateLimiter } from './rate-limiter.ts';
import { RpcProxy } from './rpc-proxy.ts';
import { registerWebPages } from './web-pages.ts';

export type AppOptions = { version: string; url: string; webDir: string | null; l1PublicRpcUrl: string };

export type AppDeps = {
  handlers: RouteHandlers;
  tokens: TokenStore;
  layers: LayerService;
  events: EventStore;
  guard: OriginGuard;
  proxy: RpcProxy;
  metrics: Metrics;
  clock: Clock;
  logger: Logger;
};

const MAX_BODY_BYTES = 1024 * 1024;
const REQUEST_ID = /^[\w.-]{1,64}$/;
/** Per address; pages poll, scripts list. */
const CALL_LIMIT = { burst: 400, perSecond: 100 };
const CREATE_LIMIT = { burst: 30, perSecond: 1 };
/** Each starts a chain. */
const CREATING_ROUTES = new Set<string>([routes.createFlashlayer.path, routes.redeployFlashlayer.path]);
const WRONG_TOKEN_LIMIT = { burst: 30, perSecond: 0.5 };

/** The HTTP server: API, documentation, pages and metrics by fastify, JSON-RPC of the layers by the proxy before it. */
export async function createApp(options: AppOptions, deps: AppDeps): Promise<FastifyInstance> {
  const { proxy, logger } = deps;
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 256 },
    serverFactory: (handler) => {
      const server = createServer((request, response) => {
        const name = RpcProxy.nameOf(request.url);
        if (name === undefined) handler(request, response);
        else {
          proxy.handle(name, request, response).catch((err: unknown) => {
            logger.error({ err }, 'a proxied call failed');
            response.destroy();
          });
        }
      });
      server.keepAliveTimeout = 65_000;
      server.on('upgrade', (request, socket, head) => {
        const name = RpcProxy.nameOf(request.url);
        if (name === undefined) socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        else proxy.upgrade(name, request, socket, head).catch(() => socket.destroy());
      });
      return server;
    },
    frameworkErrors: (error, request, reply) => errorHandler(logger)(error, request, reply),
  });
  // The reference's clients send bodies with GET.
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(new LaunchpadError('INVALID_ARGUMENT', 'The body is not valid JSON.', { hint: 'Check quotes and commas.' }));
    }
  });
  app.setErrorHandler(errorHandler(logger));
  app.decorateRequest('caller', undefined);
  guardRequests(app, deps);
  countRequests(app, deps.metrics);

  await app.register(fastifySwagger, {
    mode: 'static',
    specification: { document: openApiDocument({ version: options.version, url: options.url }) as never },
  });
  await app.register(fastifySwaggerUi, { routePrefix: '/docs', staticCSP: true });
  bindRoutes(app, deps.handlers);
  registerEventStream(app, deps);
  app.get('/metrics', { config: { scope: 'none' } }, async (_request, reply) =>
    reply.type(deps.metrics.contentType).send(await deps.metrics.render()),
  );
  registerWebPages(app, options);
  app.addHook('preClose', async () => proxy.close());
  return app;
}

/** Host and Origin, rate, token; in this order, before any body is read. */
function guardRequests(app: FastifyInstance, { guard, tokens, clock }: AppDeps): void {
  const calls = new RateLimiter(CALL_LIMIT, clock);
  const creations = new RateLimiter(CREATE_LIMIT, clock);
  const wrongTokens = new RateLimiter(WRONG_TOKEN_LIMIT, clock);

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    const { host, origin } = request.headers;
    if (!guard.acceptsHost(host)) {
      throw new LaunchpadError('FORBIDDEN', 'This host name is not served here.', {
        hint: 'Use http://localhost or the configured public URL.',
      });
    }
    const { scope = 'read' } = request.routeOptions.config;
    const isApi = request.url.startsWith('/v1/');
    if (isApi) reply.header('cache-control', 'no-store');
    if (isApi && !guard.acceptsOrigin(origin, host)) {
      throw new LaunchpadError('FORBIDDEN', 'Pages of other sites may not call this API.', {
        hint: 'Call it from a program, or from the platform’s own pages.',
      });
    }
    if (!isApi) return;
    const creates = request.method === 'POST' && CREATING_ROUTES.has(request.routeOptions.url ?? '');
    limit(calls.take(request.ip), reply);
    if (creates) limit(creations.take(request.ip), reply);
    if (scope === 'none') return;
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    request.caller = token === undefined ? undefined : await tokens.verify(token);
    if (request.caller && !scopeAllows(request.caller.scope, scope)) {
      throw new LaunchpadError(
        'FORBIDDEN',
        `This needs a token of scope ${scope}; yours has ${request.caller.scope}.`,
        {
          hint: 'Somebody with a token of scope admin can make one: POST /v1/tokens.',
        },
      );
    }
    if (request.caller || request.is404) return;
    if (token !== undefined) limit(wrongTokens.take(request.ip), reply);
    reply.header('www-authenticate', 'Bearer');
    throw new LaunchpadError(
      'UNAUTHENTICATED',
      token ? 'The access token is not valid.' : 'An access token is needed.',
      {
        hint: 'Send the header Authorization: Bearer <token>; ./tephra up prints the local one.',
      },
    );
  });
}

function limit(waitSeconds: number, reply: { header(name: string, value: string): unknown }): void {
  if (waitSeconds === 0) return;
  reply.header('retry-after', String(waitSeconds));
  throw new LaunchpadError('RATE_LIMITED', 'Too many requests.', { hint: `Try again in ${waitSeconds} seconds.` });
}

function countRequests(app: FastifyInstance, metrics: Metrics): void {
  const seconds = metrics.histogram({
    name: 'launchpad_request_seconds',
    help: 'Time to answer an HTTP request, by route and status.',
    labels: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1_000);
  });
}
