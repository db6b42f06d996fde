import { randomUUID } from 'node:crypto';
import type { Logger } from '@tephra/core';
import Fastify, { type FastifyInstance, type FastifyServerFactory } from 'fastify';
import { errorHandler } from './error-answer.ts';
import { RouteError } from './route-error.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const REQUEST_ID = /^[\w.-]{1,64}$/;

/**
 * A fastify server with what every HTTP API of ours has in common: request ids, JSON bodies (also with GET, which the
 * reference's clients send), bounds, errors in the API's envelope. It listens when told to; see also `Mount`.
 */
export function createHttpApp(
  options: { serverFactory?: FastifyServerFactory },
  deps: { logger: Logger },
): FastifyInstance {
  const onError = errorHandler(deps.logger);
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 256 },
    ...(options.serverFactory ? { serverFactory: options.serverFactory } : {}),
    frameworkErrors: (error, request, reply) => onError(error, request, reply),
  });
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(new RouteError('INVALID_ARGUMENT', 'The body is not valid JSON.', { hint: 'Check quotes and commas.' }));
    }
  });
  app.setErrorHandler(onError);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    if (request.url.startsWith('/v1/')) reply.header('cache-control', 'no-store');
  });
  return app;
}
