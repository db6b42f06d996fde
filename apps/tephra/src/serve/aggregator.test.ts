import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '@tephra/core';
import { writeEcdsaKeystore } from '@tephra/crypto';
import {
  ANVIL_KEYS,
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
import type { AggregatorFileInput } from './aggregator.ts';

const ADDRESS = `0x${'22'.repeat(20)}` as const;
const PASSWORD = 'with a space / and $';

let dir: TempDir;
let anvil: Anvil;
const children: ChildProcess[] = [];

beforeAll(async () => {
  [dir, anvil] = await Promise.all([tempDir(), startAnvil()]);
  const keystore = await writeEcdsaKeystore(ANVIL_KEYS[1], PASSWORD, { n: 1024, r: 8, p: 1 });
  await writeFile(path.join(dir.path, 'key.json'), JSON.stringify(keystore));
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

const echo = {
  name: 'echo',
  kind: 'bls' as const,
  serviceManager: ADDRESS,
  registryCoordinator: ADDRESS,
  stakeRegistry: ADDRESS,
  blsApkRegistry: ADDRESS,
  indexRegistry: ADDRESS,
  operatorStateRetriever: ADDRESS,
  allowlist: ADDRESS,
  taskManager: ADDRESS,
  quorums: [],
  deployedAtBlock: '0',
};

async function serve(change: Partial<AggregatorFileInput>, env: Record<string, string> = {}) {
  const port = await freePort();
  const settings: AggregatorFileInput = {
    listen: { host: '127.0.0.1', port },
    instance: 'aggregator-0',
    l1RpcUrl: anvil.rpcUrl,
    l1ChainId: anvil.chainId,
    avss: [echo],
    keystore: { file: 'key.json' },
    ...change,
  };
  const config = path.join(dir.path, `${port}.json`);
  await writeFile(config, JSON.stringify(settings));
  const child = spawn(process.execPath, [MAIN, 'serve', 'aggregator', '--config', config], {
    stdio: 'pipe',
    env: { ...process.env, AGGREGATOR_KEY_PASSWORD: PASSWORD, ...env },
  });
  children.push(child);
  const output = { stderr: '' };
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  return { child, output, url: `http://127.0.0.1:${port}` };
}

describe('serve aggregator', () => {
  it.each<[string, Partial<AggregatorFileInput>, Record<string, string>, RegExp]>([
    ['without a database', {}, { DATABASE_URL: '' }, /PostgreSQL/],
    ['without an AVS that it knows', { avss: [{ ...echo, name: 'other' }] }, {}, /none of these AVSs/],
    ['with a wrong password', {}, { AGGREGATOR_KEY_PASSWORD: 'no' }, /password does not open/],
  ])('says why it cannot start %s', async (_, change, env, words) => {
    const { child, output } = await serve(change, env);
    const [code] = (await once(child, 'close')) as [number];
    expect(code, output.stderr).toBeGreaterThan(0);
    expect(output.stderr).toMatch(words);
  });

  describe.skipIf(!findPostgres())('with a server', () => {
    let postgres: PostgresServer;
    beforeAll(async () => {
      postgres = await PostgresServer.start();
    });
    afterAll(() => postgres?.stop());

    it('serves on its own port until it is told to end', async () => {
      const { child, output, url } = await serve({}, { DATABASE_URL: await postgres.createDatabase() });
      await waitUntil(async () => (await fetch(`${url}/healthz`)).ok, { what: 'the aggregator' });
      expect(await (await fetch(`${url}/v1/avs/echo/status`)).json()).toMatchObject({ state: 'idle', openTasks: 0 });
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('tephra_aggregator_responses_total');
      child.kill('SIGTERM');
      const [code] = (await once(child, 'close')) as [number];
      expect(code, output.stderr).toBe(0);
    });
  });
});
