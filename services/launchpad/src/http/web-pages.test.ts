import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorHandler } from '@tephra/http';
import { type TempDir, tempDir } from '@tephra/testing';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logger } from '../testing/harness.ts';
import { registerWebPages } from './web-pages.ts';

let dir: TempDir;
let app: FastifyInstance;
beforeAll(async () => {
  dir = await tempDir();
  await mkdir(join(dir.path, 'assets'));
  await writeFile(join(dir.path, 'index.html'), '<title>page</title>');
  await writeFile(join(dir.path, 'assets', 'app-1a2b.js'), 'run()');
  await writeFile(join(dir.path, 'favicon.svg'), '<svg/>');
  app = Fastify();
  app.setErrorHandler(errorHandler(logger));
  registerWebPages(app, { webDir: dir.path, l1PublicRpcUrl: 'http://localhost:8545' });
  await app.ready();
});
afterAll(async () => {
  await app?.close();
  await dir?.remove();
});

const get = (url: string, accept = 'text/html') => app.inject({ url, headers: { accept } });

it.each(['/', '/layers/1?tab=blocks', '/explorer?rpcUrl=http://localhost:8080/rpc/a'])(
  '%s is the page',
  async (url) => {
    const answer = await get(url);
    expect([answer.statusCode, answer.body]).toEqual([200, '<title>page</title>']);
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers['content-security-policy']).toContain('http://127.0.0.1:8545');
  },
);

it('lets hashed files be kept for ever and others be asked for', async () => {
  const asset = await get('/assets/app-1a2b.js', '*/*');
  expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect((await get('/favicon.svg', '*/*')).headers['cache-control']).toBe('no-cache');
});

it('does not answer API paths, missing files or ways out of the folder with the page', async () => {
  for (const [url, accept] of [
    ['/v1/nothing', 'text/html'],
    ['/assets/missing.js', '*/*'],
    ['/../../etc/passwd', '*/*'],
    ['/%2e%2e/%2e%2e/etc/passwd', '*/*'],
  ] as const) {
    const answer = await get(url, accept);
    expect([url, answer.statusCode]).toEqual([url, 404]);
  }
});
