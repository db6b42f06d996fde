import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createApiClient } from '@tephra/api';
import { freePort } from '@tephra/core';
import {
  type Anvil,
  findPostgres,
  PostgresServer,
  startAnvil,
  type TempDir,
  tempDir,
  waitUntil,
} from '@tephra/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MAIN } from '../cli/paths.ts';
import type { IndexerFileInput } from './indexer.ts';

const at = (digit: number) => `0x${String(digit).repeat(40)}` as const;

let dir: TempDir;
let anvil: Anvil;
const children: ChildProcess[] = [];

beforeAll(async () => {
  [dir, anvil] = await Promise.all([tempDir(), startAnvil()]);
  await anvil.rpc('anvil_mine', ['0x5']);
});
afterAll(async () => {
  await anvil?.stop();
  await dir?.remove();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
});

async function serve(change: Partial<IndexerFileInput>, env: Record<string, string> = {}) {
  const port = await freePort();
  const settings: IndexerFileInput = {
    listen: { host: '127.0.0.1', port },
    l1RpcUrl: anvil.rpcUrl,
    l1ChainId: 900,
    l1Depth: 1,
    blockTimeMs: 50,
    deployment: {
      delegationManager: at(1),
      strategyManager: at(2),
      allocationManager: at(3),
      avsDirectory: at(4),
      rewardsCoordinator: at(5),
      permissionController: at(6),
      pauserRegistry: at(7),
      nativeEthManager: at(8),
      strategyFactory: at(9),
      strategies: [],
      withdrawalDelayBlocks: 100,
      calculationIntervalSeconds: 60,
      deployedAtBlock: '1',
    },
    avss: [],
    ...change,
  };
  const file = path.join(dir.path, `${port}.json`);
  await writeFile(file, JSON.stringify(settings));
  const child = spawn(process.execPath, [MAIN, 'serve', 'indexer', '--config', file], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, DATABASE_URL: '', TEPHRA_DATABASE_URL: '', ...env },
  });
  children.push(child);
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, errors }));
  return { child, ended, api: createApiClient({ baseUrl: `http://127.0.0.1:${port}` }) };
}

describe('serve indexer', () => {
  it('needs a PostgreSQL database', async () => {
    const { ended } = await serve({});
    expect(await ended).toMatchObject({ code: 2, errors: expect.stringContaining('PostgreSQL') });
  });

  it.skipIf(!findPostgres())('answers from a database of its own, and ends with its parent', async () => {
    await using server = await PostgresServer.start();
    const { child, ended, api } = await serve({}, { DATABASE_URL: await server.createDatabase() });
    const info = await waitUntil(
      async () => {
        const now = await api.getRestaking();
        return now.status === 'ready' && now;
      },
      { what: 'the indexer' },
    );
    expect(info).toMatchObject({ l1ChainId: 900, deployment: { delegationManager: at(1) } });
    expect(info.l1Block).toBeGreaterThan(0);
    expect(await api.listOperators()).toEqual({ items: [], nextCursor: null });
    child.stdin?.end();
    expect(await ended).toMatchObject({ code: 0 });
  });
});
