import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createLogger, redact } from './logger.ts';

it('replaces secrets at any depth by name and keeps token contracts', () => {
  const token = `0x${'ab'.repeat(20)}`;
  const line = {
    config: { keys: [{ producerKey: '0x1', publicKey: '0x2' }] },
    adminToken: 's',
    authorization: 'Bearer s',
    token,
  };
  expect(redact(line)).toEqual({
    config: { keys: [{ producerKey: '[redacted]', publicKey: '0x2' }] },
    adminToken: '[redacted]',
    authorization: '[redacted]',
    token,
  });
  expect(redact({ sessionToken: 'abc', tokenName: 'Ember', tokenSymbol: 'EMB' })).toEqual({
    sessionToken: '[redacted]',
    tokenName: 'Ember',
    tokenSymbol: 'EMB',
  });
});

it('writes redacted JSON lines to a file, bindings and errors included', async () => {
  const dir = join(tmpdir(), `tephra-log-${process.pid}`);
  const file = join(dir, 'deep', 'a.log');
  try {
    const logger = createLogger({ name: 'unit', file });
    logger.child({ privateKey: '0xdead' }).error({ err: new Error('boom'), height: 5n }, 'failed');
    logger.debug('hidden');
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0]!);
    expect(line).toMatchObject({ level: 'error', name: 'unit', msg: 'failed', privateKey: '[redacted]', height: 5 });
    expect(line.err).toMatchObject({ type: 'Error', message: 'boom' });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

it('begins a new file when one is full, and goes on when the disk refuses', async () => {
  const dir = join(tmpdir(), `tephra-log-full-${process.pid}`);
  try {
    const logger = createLogger({ name: 'unit', file: join(dir, 'a.log'), maxFileBytes: 2_000 });
    for (let index = 0; index < 100; index++) logger.info({ index }, 'a line of some length');
    expect((await readdir(dir)).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2']);
    for (const name of await readdir(dir)) expect((await stat(join(dir, name))).size).toBeLessThanOrEqual(2_000);
    const newest = (await readFile(join(dir, 'a.log'), 'utf8')).trim().split('\n').at(-1);
    expect(JSON.parse(newest!)).toMatchObject({ index: 99 });
    // A folder in the place of the file stands for any refusal of the file system.
    const refused = createLogger({ name: 'unit', file: dir });
    expect(() => refused.info('not written')).not.toThrow();
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
