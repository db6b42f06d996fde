import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { platformRoutes, scopeAllows } from '@tephra/api';
import type { Clock, Logger, Metrics } from '@tephra/core';
import { bindRoutes, createHttpApp, handToMount, type Mount, mountOf, RateLimiter } from '@tephra/http';
import type { FastifyInstance } from 'fastify';
import { LaunchpadError } from '../errors.ts';
import type { LayerService } from '../layers/layer-service.ts';
import type { EventStore } from '../store/event-store.ts';
import type { TokenStore } from '../store/token-store.ts';
import { registerEventStream } from './event-stream.ts';
import { openApiDocument } from './openapi.ts';
import type { OriginGuard } from './origin-guard.ts';
import type { PlatformHandlers } from './platform-handlers.ts';
import type { RpcProxy } from './rpc-proxy.ts';
import { serverFactory } from './server-factory.ts';
import { registerWebPages } from './web-pages.ts';

export type AppOptions = { version: string; url: string; webDir: string | null; l1PublicRpcUrl: string };

export type AppDeps = {
  handlers: PlatformHandlers;
  tokens: TokenStore;
  layers: LayerService;
  events: EventStore;
  guard: OriginGuard;
  proxy: RpcProxy;
  /** Services of this process that answer paths of this port. */
  mounts: readonly Mount[];
  metrics: Metrics;
  clock: Clock;
  logger: Logger;
};

/** Per address; pages poll, scripts list. */
const CALL_LIMIT = { burst: 400, perSecond: 100 };
const CREATE_LIMIT = { burst: 30, perSecond: 1 };
/** Each starts a chain. */
const CREATING_ROUTES = new Set<string>([platformRoutes.createFlashlayer.path, platformRoutes.redeployFlashlayer.path]);
const WRONG_TOKEN_LIMIT = { burst: 30, perSecond: 0.5 };

/** The HTTP server: API, documentation, pages and metrics by fastify, JSON-RPC of the layers by the proxy before it. */
export async function createApp(options: AppOptions, deps: AppDeps): Promise<FastifyInstance> {
  const { logger } = deps;
  const app = createHttpApp({ serverFactory: serverFactory(deps) }, { logger });
  app.decorateRequest('caller', undefined);
  guardRequests(app, deps);
  countRequests(app, deps.metrics);

  await app.register(fastifySwagger, {
    mode: 'static',
    specification: { document: openApiDocument({ version: options.version, url: options.url }) as never },
  });
  await app.register(fastifySwaggerUi, { routePrefix: '/docs', staticCSP: true });
  bindRoutes(app, platformRoutes, deps.handlers);
  registerEventStream(app, deps);
  app.get('/metrics', { config: { scope: 'none' } }, async (_request, reply) =>
    reply.type(deps.metrics.contentType).send(await deps.metrics.render()),
  );
  registerWebPages(app, options);
  app.addHook('preClose', async () => deps.proxy.close());
  return app;
}

/** Host and Origin, rate, token; in this order, before any body is read. Mounted services ask for tokens themselves. */
function guardRequests(app: FastifyInstance, { guard, tokens, clock, mounts }: AppDeps): void {
  const calls = new RateLimiter(CALL_LIMIT, clock);
  const creations = new RateLimiter(CREATE_LIMIT, clock);
  const wrongTokens = new RateLimiter(WRONG_TOKEN_LIMIT, clock);

  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    if (!guard.acceptsHost(host)) {
      throw new LaunchpadError('FORBIDDEN', 'This host name is not served here.', {
        hint: 'Use http://localhost or the configured public URL.',
      });
    }
    const { scope = 'read' } = request.routeOptions.config;
    const mount = mountOf(mounts, request.url);
    const isApi = mount !== undefined || request.url.startsWith('/v1/');
    if (isApi && !guard.acceptsOrigin(origin, host)) {
      throw new LaunchpadError('FORBIDDEN', 'Pages of other sites may not call this API.', {
        hint: 'Call it from a program, or from the platform’s own pages.',
      });
    }
    if (!isApi) return;
    const creates = request.method === 'POST' && CREATING_ROUTES.has(request.routeOptions.url ?? '');
    limit(calls.take(request.ip), reply);
    if (creates) limit(creations.take(request.ip), reply);
    if (mount) {
      // Before the body is read: that is the other server's.
      if (handToMount(mount, request.raw, reply.raw)) reply.hijack();
      else throw new LaunchpadError('UNAVAILABLE', 'This part of the platform is not up yet.', { retryable: true });
      return;
    }
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
