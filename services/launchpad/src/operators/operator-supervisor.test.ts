import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProcessAlive, systemClock } from '@tephra/core';
import { type TempDir, tempDir, waitUntil } from '@tephra/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { logger } from '../testing/harness.ts';
import { OperatorSupervisor, type SupervisedOperator } from './operator-supervisor.ts';

const TINY_OPERATOR = fileURLToPath(new URL('../testing/tiny-operator.ts', import.meta.url));
const ADDRESS = `0x${'1'.repeat(40)}` as const;

let dir: TempDir;
const supervisors: OperatorSupervisor[] = [];
beforeEach(async () => {
  dir = await tempDir();
});
afterEach(async () => {
  await Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop()));
  await dir.remove();
});

function supervise(): OperatorSupervisor {
  const supervisor = new OperatorSupervisor(
    {
      command: { file: process.execPath, args: [TINY_OPERATOR] },
      logsDir: join(dir.path, 'logs'),
      backoff: { baseMs: 10, maxMs: 50 },
      crashLoop: { exits: 3, windowMs: 60_000, retryMs: 60_000 },
    },
    { clock: systemClock, logger },
  );
  supervisors.push(supervisor);
  return supervisor;
}
const operator = (name: string, config: object = {}): SupervisedOperator => ({
  name,
  address: ADDRESS,
  dir: join(dir.path, name),
  config,
});
const hostOf = (supervisor: OperatorSupervisor, name: string) => supervisor.list().find((host) => host.name === name);
const reaches = (supervisor: OperatorSupervisor, name: string, state: string) =>
  waitUntil(() => hostOf(supervisor, name)?.state === state && hostOf(supervisor, name), { what: `${name} ${state}` });

it('runs operators, says where they answer, and starts them again when they are killed', async () => {
  const supervisor = supervise();
  await supervisor.add(operator('operator-1'));
  await supervisor.add(operator('operator-1'));
  const first = await reaches(supervisor, 'operator-1', 'running');
  expect(first).toMatchObject({
    address: ADDRESS,
    nodeApiUrl: 'http://127.0.0.1:9091',
    metricsUrl: 'http://127.0.0.1:9092/metrics',
    restarts: 0,
    reason: null,
  });
  process.kill(first.pid ?? 0, 'SIGKILL');
  await waitUntil(() => hostOf(supervisor, 'operator-1')?.restarts === 1, { what: 'the next start' });
  const second = await reaches(supervisor, 'operator-1', 'running');
  expect(second).toMatchObject({ restarts: 1, reason: 'killed by SIGKILL' });
  expect(await readFile(join(dir.path, 'logs', 'operator-1.log'), 'utf8')).toContain('an operator runs');
  await supervisor.stop();
  expect(isProcessAlive({ pid: second.pid ?? 0, started: null })).toBe(false);
});

it('leaves an operator stopped that somebody stopped, also in the next run, until it is started', async () => {
  const supervisor = supervise();
  await supervisor.add(operator('operator-1'));
  await reaches(supervisor, 'operator-1', 'running');
  expect(await supervisor.halt('operator-1')).toMatchObject({ state: 'stopped', pid: null, nodeApiUrl: null });
  expect(await supervisor.halt('operator-9')).toBeUndefined();
  expect(await supervisor.launch('operator-9')).toBeUndefined();
  await supervisor.stop();

  const next = supervise();
  await next.add(operator('operator-1'));
  expect(hostOf(next, 'operator-1')).toMatchObject({ state: 'stopped' });
  await next.launch('operator-1');
  await reaches(next, 'operator-1', 'running');
});

it('tries one that crashes more and more seldom', async () => {
  const supervisor = supervise();
  await supervisor.add(operator('operator-1', { crash: true }));
  expect(await reaches(supervisor, 'operator-1', 'crash-looping')).toMatchObject({ reason: 'exit code 7', pid: null });
});
