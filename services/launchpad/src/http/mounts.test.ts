/** Other services on the platform's port, and the operators that it runs, as callers see both. */
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { OperatorHostAnswer } from '@tephra/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperatorHosts } from '../options.ts';
import { startPlatform, startTestL1, type TestL1, type TestPlatform } from '../testing/harness.ts';

const host: OperatorHostAnswer = {
  name: 'operator-1',
  address: `0x${'1'.repeat(40)}`,
  state: 'running',
  reason: null,
  pid: 7,
  restarts: 0,
  since: '2026-01-01T00:00:00.000Z',
  nodeApiUrl: null,
  metricsUrl: null,
};
const stopped = { ...host, state: 'stopped' as const, pid: null };
const operatorHosts: OperatorHosts = {
  list: () => [host],
  launch: async (name) => (name === host.name ? host : undefined),
  halt: async (name) => (name === host.name ? stopped : undefined),
};

let l1: TestL1;
let platform: TestPlatform;
let mounted: Server | undefined;
/** Answers with what reached it. */
const service = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  response.end(JSON.stringify({ method: request.method, url: request.url, body }));
});

beforeAll(async () => {
  l1 = await startTestL1();
  const mounts = [{ prefixes: ['/v1/part', '/part'], server: () => mounted }];
  platform = await startPlatform({ l1, parts: { mounts, operatorHosts } });
});
afterAll(async () => {
  await platform?.stop();
  await l1?.stop();
});

describe('a service on the port of the platform', () => {
  it('is announced as unavailable until it is up', async () => {
    mounted = undefined;
    const answer = await platform.call('GET', '/v1/part/of/it', { token: null });
    expect(answer).toMatchObject({ status: 503, json: { error: { code: 'UNAVAILABLE' } } });
  });

  it('gets whole requests for its paths, without a token', async () => {
    mounted = service;
    const answer = await platform.call('POST', '/v1/part/of?x=1', { body: { a: 1 }, token: null });
    expect(answer.json).toEqual({ method: 'POST', url: '/v1/part/of?x=1', body: '{"a":1}' });
    expect((await platform.call('GET', '/part', { token: null })).json).toMatchObject({ url: '/part' });
    expect(await platform.call('GET', '/v1/parts', { token: null })).toMatchObject({ status: 404 });
  });

  it('is reached by the names of this platform and from its pages only', async () => {
    mounted = service;
    const strange = await platform.call('GET', '/v1/part', { headers: { origin: 'https://evil.example' } });
    expect(strange).toMatchObject({ status: 403, json: { error: { code: 'FORBIDDEN' } } });
  });

  it('takes upgrades for its paths, unless a stranger asks or it is not up', async () => {
    const upgrade = (path: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const { hostname, port } = new URL(platform.url);
        const call = httpRequest({
          hostname,
          port,
          path,
          headers: { connection: 'Upgrade', upgrade: 'x', ...headers },
        });
        call.on('upgrade', (answer, socket) => {
          socket.destroy();
          resolve(answer.statusCode);
        });
        call.on('response', (answer) => resolve(answer.statusCode));
        call.on('error', reject);
        call.end();
      });
    service.on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    );
    mounted = service;
    expect(await upgrade('/part')).toBe(101);
    expect(await upgrade('/elsewhere')).toBe(404);
    expect(await upgrade('/part', { origin: 'https://evil.example' })).toBe(403);
    mounted = undefined;
    expect(await upgrade('/part')).toBe(503);
  });
});

describe('operators of the platform', () => {
  it('are listed, stopped and started by name', async () => {
    const { api } = platform;
    expect(await api.listOperatorHosts()).toEqual({ items: [host] });
    expect(await api.stopOperatorHost({ params: { name: host.name } })).toEqual(stopped);
    expect(await api.startOperatorHost({ params: { name: host.name } })).toEqual(host);
    await expect(api.stopOperatorHost({ params: { name: 'operator-9' } })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(api.stopOperatorHost({ params: { name: '../x' } })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('are nobody’s to stop without a token of scope admin', async () => {
    const path = `/v1/operator-hosts/${host.name}/stop`;
    expect(await platform.call('POST', path, { token: null })).toMatchObject({ status: 401 });
    const { json } = await platform.call('POST', '/v1/tokens', { body: { name: 'reader', scope: 'read' } });
    expect(await platform.call('POST', path, { token: json.token })).toMatchObject({ status: 403 });
  });
});
