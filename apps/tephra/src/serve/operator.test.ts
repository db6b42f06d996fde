import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadBls, writeBlsKeystore } from '@tephra/crypto';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAIN } from '../cli/paths.ts';
import type { OperatorFileInput } from './operator.ts';

const PASSWORD = "it's a $ecret / with spaces";
const ADDRESS = `0x${'22'.repeat(20)}` as const;

let dir: TempDir;
const children: ChildProcess[] = [];

beforeEach(async () => {
  dir = await tempDir();
  const key = (await loadBls()).secretKey(99n);
  const keystore = await writeBlsKeystore(key, PASSWORD, { n: 1024, r: 8, p: 1 });
  await writeFile(path.join(dir.path, 'key.json'), JSON.stringify(keystore));
  await writeFile(path.join(dir.path, 'password'), `${PASSWORD}\n`);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  }
  await dir.remove();
});

const avs = {
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

/** Settings of an operator whose L1 and aggregator are not there. */
function settings(change: Partial<OperatorFileInput> = {}): OperatorFileInput {
  return {
    name: 'lonely',
    operatorAddress: ADDRESS,
    aggregatorUrl: 'http://127.0.0.1:9/aggregator',
    l1RpcUrl: 'http://127.0.0.1:9',
    l1ChainId: 900,
    l1Depth: 1,
    dataDir: 'data',
    nodeApi: { host: '127.0.0.1', port: 0 },
    metrics: { host: '127.0.0.1', port: 0 },
    avss: [{ name: 'echo', deployment: avs }],
    signer: { kind: 'keystore', file: 'key.json', passwordFile: 'password' },
    ...change,
  };
}

async function serve(input: object) {
  const config = path.join(dir.path, 'operator.json');
  await writeFile(config, JSON.stringify(input));
  const child = spawn(process.execPath, [MAIN, 'serve', 'operator', '--config', config], { stdio: 'pipe' });
  children.push(child);
  const output = { stderr: '' };
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk;
  });
  return { child, output };
}

describe('serve operator', () => {
  it('serves though nothing around it answers, says so, and ends with its parent', async () => {
    const { child, output } = await serve(settings());
    const ports = await waitUntil(
      async () => JSON.parse(await readFile(path.join(dir.path, 'data/ports.json'), 'utf8')) as Record<string, number>,
      { what: 'the ports' },
    );
    const get = (port: number | undefined, route: string) => fetch(`http://127.0.0.1:${port}${route}`);
    const node = (await (await get(ports.nodeApi, '/eigen/node')).json()) as object;
    expect(node).toMatchObject({ node_name: 'lonely', spec_version: 'v0.0.1' });
    const { services } = (await (await get(ports.nodeApi, '/eigen/node/services')).json()) as {
      services: { id: string; status: string }[];
    };
    expect(services.map(({ id, status }) => [id, status])).toEqual([
      ['journal', 'Up'],
      ['l1', 'Initializing'],
      ['aggregator', expect.stringMatching(/Initializing|Down/)],
      ['echo', 'Initializing'],
    ]);
    expect((await get(ports.nodeApi, '/eigen/node/health')).status).toBe(206);
    expect((await get(ports.nodeApi, '/eigen/node/services/journal/health')).status).toBe(200);
    expect((await get(ports.nodeApi, '/eigen/node/services/echo/health')).status).toBe(206);
    expect((await get(ports.nodeApi, '/eigen/node/services/nothing/health')).status).toBe(404);
    const metrics = await (await get(ports.metrics, '/metrics')).text();
    expect(metrics).toContain('eigen_performance_score{avs_name="echo"} 100');
    // The L1 is asked several times before that counts as one failed call.
    await waitUntil(
      async () =>
        (await (await get(ports.metrics, '/metrics')).text()).includes('eigen_rpc_request_total{method="eth_'),
      { what: 'a call of the L1' },
    );
    expect((await get(ports.metrics, '/healthz')).status).toBe(200);
    expect((await get(ports.metrics, '/readyz')).status).toBe(503);
    child.stdin!.end();
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code, output.stderr).toBe(0);
    expect(output.stderr).not.toContain(PASSWORD);
  });

  it('lets only one process hold a signing journal', async () => {
    await serve(settings());
    await waitUntil(() => readFile(path.join(dir.path, 'data/ports.json')).then(Boolean), { what: 'the first' });
    const second = await serve(settings());
    const [code] = (await once(second.child, 'close')) as [number | null];
    expect(code).toBe(11);
    expect(second.output.stderr).toContain('is in use by process');
  });

  it.each([
    ['another password', { signer: { kind: 'keystore', file: 'key.json', passwordFile: 'key.json' } }, 'password'],
    ['no key file', { signer: { kind: 'keystore', file: 'gone.json', passwordFile: 'password' } }, 'gone.json'],
    ['an AVS without a duty', { avss: [{ name: 'mach', deployment: avs }] }, 'no duty for the AVS mach'],
    ['a setting that does not exist', { colour: 'red' }, 'colour'],
  ])('does not start with %s', async (_, change, words) => {
    const { child, output } = await serve({ ...settings(), ...change });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBeGreaterThan(0);
    expect(output.stderr).toContain(words);
    expect(output.stderr).not.toContain(PASSWORD);
  });
});
