import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { LaunchpadError } from '../errors.ts';

export type WebPagesOptions = { webDir: string | null; l1PublicRpcUrl: string };

/** Paths that are never a page. */
const NOT_PAGES = /^\/(v1|rpc|docs|metrics|healthz|readyz)(\/|$)/;

/** The built page: hashed assets cached for ever, index.html for every path of the page's own router. */
export function registerWebPages(app: FastifyInstance, options: WebPagesOptions): void {
  const { webDir } = options;
  const policy = contentSecurityPolicy(options.l1PublicRpcUrl);
  const hasPage = webDir !== null && existsSync(join(webDir, 'index.html'));
  if (hasPage) {
    app.register(fastifyStatic, {
      root: webDir,
      index: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const immutable = path.startsWith(join(webDir, 'assets'));
        reply.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
        if (path.endsWith('.html')) reply.header('content-security-policy', policy);
      },
    });
  }

  const page = (reply: FastifyReply): FastifyReply => {
    return reply.type('text/html; charset=utf-8').sendFile('index.html');
  };
  if (hasPage) app.get('/', { config: { scope: 'none' } }, (_request, reply) => page(reply));

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (hasPage && wantsPage && !NOT_PAGES.test(path)) return page(reply);
    throw new LaunchpadError('NOT_FOUND', `There is nothing at ${request.method} ${path}.`, {
      hint: '/docs lists all routes.',
    });
  });
}

/** Scripts from here only; connections to here and to the L1. Mantine sets styles inline. */
function contentSecurityPolicy(l1Url: string): string {
  const l1 = new URL(l1Url);
  const hosts = new Set([l1.host, `localhost:${l1.port}`, `127.0.0.1:${l1.port}`]);
  const l1Sources = [...hosts].flatMap((host) => {
    const secure = l1.protocol === 'https:' ? 's' : '';
    return [`http${secure}://${host}`, `ws${secure}://${host}`];
  });
  return [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self' ws: wss: ${l1Sources.join(' ')}`,
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
