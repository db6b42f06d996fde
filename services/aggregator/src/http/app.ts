import { aggregatorRoutes } from '@tephra/api';
import { errorMessage, type Logger, type Metrics } from '@tephra/core';
import { bindRoutes, createHttpApp, RouteError } from '@tephra/http';
import type { FastifyInstance } from 'fastify';
import type { JsonRpc } from '../rpc/json-rpc.ts';
import { MAX_MESSAGE_BYTES, RPC_PATH } from '../rpc/websocket.ts';
import type { Views } from '../views.ts';
import { bearerOf } from './bearer.ts';

/** HTTP of the aggregator: JSON-RPC for operators, reads for everybody, health and metrics for who runs it. */
export function createAggregatorApp(deps: {
  views: Views;
  rpc: JsonRpc;
  metrics: Metrics;
  logger: Logger;
  /** Throws when the aggregator cannot work now. */
  ready: () => Promise<void>;
  stopping: () => boolean;
}): FastifyInstance {
  const { views } = deps;
  const app = createHttpApp({}, { logger: deps.logger });
  bindRoutes(app, aggregatorRoutes, {
    listAvsTasks: ({ params, query }) => views.tasks(params.avs, query),
    getAvsTask: ({ params }) => views.task(params.avs, params.taskId),
    getAvsStatus: ({ params }) => views.status(params.avs),
    listAvsEvidence: ({ params, query }) => views.evidence(params.avs, query),
  });
  // Text, so that what is not JSON gets an answer of JSON-RPC, too.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.post(RPC_PATH, { bodyLimit: MAX_MESSAGE_BYTES, config: { scope: 'none' } }, async (request, reply) => {
      const caller = { address: request.ip, token: bearerOf(request.headers.authorization) };
      const answer = await deps.rpc.answer(String(request.body ?? ''), caller);
      if (answer === undefined) return reply.code(204).send();
      return reply.type('application/json').send(JSON.stringify(answer));
    });
  });
  app.get('/healthz', { config: { scope: 'none' } }, async () => ({ status: deps.stopping() ? 'stopping' : 'ok' }));
  app.get('/readyz', { config: { scope: 'none' } }, async () => {
    try {
      await deps.ready();
    } catch (error) {
      throw new RouteError('UNAVAILABLE', `Not ready: ${errorMessage(error)}`, { retryable: true });
    }
    return { status: 'ok' };
  });
  app.get('/metrics', { config: { scope: 'none' } }, async (_request, reply) =>
    reply.type(deps.metrics.contentType).send(await deps.metrics.render()),
  );
  return app;
}
