import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RouteDefinition } from '@tephra/api';
import { createLogger } from '@tephra/core';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bindRoutes } from './bind-routes.ts';
import { createHttpApp } from './create-app.ts';
import { handToMount, type Mount, mountOf, upgradeToMount } from './mount.ts';
import { RouteError } from './route-error.ts';

const logger = createLogger({ name: 'http-test', level: 'silent' });
const table = {
  double: {
    method: 'POST',
    path: '/v1/double/:by',
    summary: 'Doubles',
    tag: 'health',
    scope: 'none',
    params: z.object({ by: z.coerce.number() }),
    body: z.object({ text: z.string() }),
    response: z.object({ text: z.string() }),
    errors: [],
  },
} as const satisfies Record<string, RouteDefinition>;

function doubling() {
  const app = createHttpApp({}, { logger });
  bindRoutes(app, table, {
    double: async ({ params, body }) => {
      if (params.by === 0) throw new RouteError('NOT_FOUND', 'Nothing is left.', { hint: 'Take more.' });
      if (params.by < 0) throw new Error('secret detail');
      return { text: body.text.repeat(params.by), more: 'is not of the schema' };
    },
  });
  return app;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe('an app with a route table', () => {
  const post = async (by: number | string, payload: unknown, headers = {}) => {
    const app = doubling();
    closers.push(() => app.close());
    const answer = await app.inject({
      method: 'POST',
      url: `/v1/double/${by}`,
      headers: { 'content-type': 'application/json', ...headers },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
    return { status: answer.statusCode, json: answer.json(), headers: answer.headers };
  };

  it('checks requests and answers in the form of the schema alone', async () => {
    const { status, json, headers } = await post(2, { text: 'ab' }, { 'x-request-id': 'mine' });
    expect([status, json]).toEqual([200, { text: 'abab' }]);
    expect(headers).toMatchObject({ 'x-request-id': 'mine', 'cache-control': 'no-store' });
  });

  it('names what is wrong in the envelope, and tells nothing of its own failures', async () => {
    const wrong = await post(2, { text: 7 });
    expect(wrong).toMatchObject({ status: 400, json: { error: { code: 'INVALID_ARGUMENT' } } });
    expect(wrong.json.error.fields).toMatchObject([{ path: 'text' }]);
    expect(await post(2, '{')).toMatchObject({ status: 400, json: { error: { message: /JSON/ } } });
    expect(await post(0, { text: '' })).toMatchObject({
      status: 404,
      json: { error: { code: 'NOT_FOUND', hint: 'Take more.' } },
    });
    const failed = await post(-1, { text: '' });
    expect(failed).toMatchObject({ status: 500, json: { error: { code: 'INTERNAL' } } });
    expect(JSON.stringify(failed.json)).not.toContain('secret');
  });
});

describe('a mount', () => {
  it('stands for its prefixes and what is below them', () => {
    const mount: Mount = { prefixes: ['/v1/a', '/b'], server: () => undefined };
    const found = ['/v1/a', '/v1/a?x=/b', '/v1/a/b', '/b', '/v1/ab', '/', '/v1', undefined].filter((url) =>
      mountOf([mount], url),
    );
    expect(found).toEqual(['/v1/a', '/v1/a?x=/b', '/v1/a/b', '/b']);
  });

  it('is handed whole requests and upgrades by the server that owns the port', async () => {
    const app = doubling();
    await app.ready();
    const upgrades: (string | undefined)[] = [];
    app.server.on('upgrade', (request, socket) => {
      upgrades.push(request.url);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const mount: Mount = { prefixes: ['/v1/double'], server: () => app.server };
    const owner = createServer((request, response) => {
      if (!handToMount(mount, request, response)) response.writeHead(503).end();
    });
    owner.on('upgrade', (request, socket, head) => upgradeToMount(mount, request, socket, head));
    await new Promise<void>((resolve) => owner.listen(0, '127.0.0.1', resolve));
    closers.push(
      () => new Promise((resolve) => owner.close(resolve)),
      () => app.close(),
    );
    const url = `http://127.0.0.1:${(owner.address() as AddressInfo).port}/v1/double/3`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ text: 'x' }),
    });
    expect(await answer.json()).toEqual({ text: 'xxx' });
    await new Promise<void>((resolve) => {
      new WebSocket(url.replace('http', 'ws')).onerror = () => resolve();
    });
    expect(upgrades).toEqual(['/v1/double/3']);
  });
});
