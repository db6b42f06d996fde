import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProcessAlive, processIdentity, systemClock } from '@tephra/core';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GENESIS, logger } from '../testing/harness.ts';
import type { NodeSpec } from './driver.ts';
import { ProcessDriver, type ProcessDriverOptions } from './process-driver.ts';

const TINY_NODE = fileURLToPath(new URL('../testing/tiny-node.ts', import.meta.url));

let dir: TempDir;
let drivers: ProcessDriver[] = [];
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  await Promise.all(drivers.map((driver) => driver.stop()));
  drivers = [];
  await dir.remove();
});

function newDriver(options: Partial<ProcessDriverOptions> = {}): ProcessDriver {
  const driver = new ProcessDriver(
    {
      command: { file: process.execPath, args: [TINY_NODE] },
      logsDir: join(dir.path, 'logs'),
      backoff: { baseMs: 10, maxMs: 50 },
      crashLoop: { exits: 3, windowMs: 60_000, retryMs: 60_000 },
      ...options,
    },
    { clock: systemClock, logger },
  );
  drivers.push(driver);
  return driver;
}

async function spec(id: number, name: string): Promise<NodeSpec> {
  const folder = join(dir.path, String(id));
  await mkdir(folder, { recursive: true });
  const config = { name, dataDir: folder, genesisConfig: GENESIS, blockTimeMs: 100, adminToken: 'x' };
  return { id, name, dir: folder, config: config as unknown as NodeSpec['config'] };
}

const running = (driver: ProcessDriver, id: number) => waitUntil(() => driver.target(id), { what: `node ${id}` });
const pidOf = async (node: NodeSpec): Promise<number> =>
  (JSON.parse(await readFile(join(node.dir, 'node.pid'), 'utf8')) as { pid: number }).pid;

describe('ProcessDriver', () => {
  it('runs a node, keeps its output, stops it', async () => {
    const driver = newDriver();
    const node = await spec(1, 'one');
    const states: string[] = [];
    const lines: string[] = [];
    driver.events.on('state', (_id, state) => states.push(state));
    driver.events.on('line', (_id, line) => lines.push(line));
    await driver.launch(node);
    await driver.launch(node);
    await running(driver, 1);
    expect(driver.state(1)).toBe('running');
    const pid = await pidOf(node);
    await driver.halt(1);
    expect(processIdentity(pid)).toBeUndefined();
    expect(states).toEqual(['starting', 'running', 'stopped']);
    expect(lines[0]).toContain('tiny node of one');
    expect(await driver.tail(1, 10)).toEqual(lines);
  });

  it('starts a node again that was killed, on a new port', async () => {
    const driver = newDriver();
    const node = await spec(1, 'one');
    await driver.launch(node);
    await running(driver, 1);
    const pid = await pidOf(node);
    process.kill(pid, 'SIGKILL');
    await waitUntil(() => driver.restarts(1) === 1 && driver.target(1), { what: 'the restart' });
    expect(await pidOf(node)).not.toBe(pid);
  });

  it('marks a crash loop, which harms no other node, and tries again when told', async () => {
    const driver = newDriver();
    const reasons: (string | undefined)[] = [];
    driver.events.on('state', (id, _state, reason) => id === 1 && reason && reasons.push(reason));
    await driver.launch(await spec(1, 'crash'));
    await driver.launch(await spec(2, 'two'));
    await waitUntil(() => driver.state(1) === 'crash-looping', { what: 'the mark' });
    await running(driver, 2);
    expect(driver.restarts(2)).toBe(0);
    expect(reasons.at(-1)).toBe('exit code 7');
    expect(await driver.tail(1, 20)).toContain('it crashes by its name');
    const before = driver.restarts(1);
    driver.kick(1);
    await waitUntil(() => driver.restarts(1) > before, { what: 'the next start' });
  });

  it('says when the program cannot be started at all', async () => {
    const driver = newDriver({ command: { file: '/nowhere/node', args: [] } });
    await driver.launch(await spec(1, 'one'));
    await waitUntil(() => driver.state(1) === 'crash-looping', { what: 'the mark' });
  });

  it('ends a node that a killed control plane left behind before it starts its own', async () => {
    const node = await spec(1, 'one');
    const stale = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const identity = processIdentity(stale.pid ?? 0);
    if (!identity) throw new Error('no identity');
    await writeFile(join(node.dir, 'node.pid'), JSON.stringify(identity));
    const driver = newDriver();
    await driver.launch(node);
    expect(isProcessAlive(identity)).toBe(false);
    await running(driver, 1);
  });

  it('does not touch a stranger that got the process id of an old node', async () => {
    const node = await spec(1, 'one');
    await writeFile(join(node.dir, 'node.pid'), JSON.stringify({ pid: process.pid, started: '1' }));
    const driver = newDriver();
    await driver.launch(node);
    await running(driver, 1);
  });

  it('has nodes that end when their parent is killed', async () => {
    const node = await spec(1, 'one');
    await writeFile(join(node.dir, 'node.json'), JSON.stringify(node.config));
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `require('child_process').spawn(process.execPath, ['${TINY_NODE}', '--config', '${node.dir}/node.json'], {stdio: ['pipe', 'ignore', 'ignore'], detached: true}); setInterval(() => {}, 1000)`,
      ],
      { stdio: 'ignore' },
    );
    const port = await waitUntil(() => readFile(join(node.dir, 'node.port'), 'utf8').catch(() => ''), {
      what: 'the port',
    });
    parent.kill('SIGKILL');
    await waitUntil(
      () =>
        fetch(`http://127.0.0.1:${port}`, { method: 'POST', body: '{}' }).then(
          () => false,
          () => true,
        ),
      {
        what: 'the end of the node',
      },
    );
  });

  it('uses a process that was made ready before, and gives its settings to nobody else', async () => {
    const sparesDir = join(dir.path, 'spares');
    const driver = newDriver({ sparesDir });
    driver.prepare();
    driver.prepare();
    const node = await spec(1, 'one');
    await driver.launch(node);
    await running(driver, 1);
    expect(await driver.tail(1, 1)).toEqual([expect.stringContaining('tiny node of one')]);
    const [file] = await readdir(sparesDir);
    expect(file).toMatch(/\.json$/);
    await driver.halt(1);
    expect(await readdir(sparesDir)).toEqual([]);
  });

  it('stops everything, spares too', async () => {
    const driver = newDriver({ sparesDir: join(dir.path, 'spares') });
    const node = await spec(1, 'one');
    await driver.launch(node);
    await running(driver, 1);
    driver.prepare();
    const pid = await pidOf(node);
    await driver.stop();
    expect(processIdentity(pid)).toBeUndefined();
    await driver.launch(await spec(2, 'two'));
    expect(driver.state(2)).toBe('stopped');
  });
});
