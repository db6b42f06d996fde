import { PassThrough } from 'node:stream';
import { tempDir } from '@tephra/testing';
import { expect, it } from 'vitest';
import { createProgram } from '../cli/program.ts';
import { createRunner } from '../cli/runner.ts';

async function settle(...args: string[]): Promise<{ code: number | undefined; error: unknown }> {
  await using dir = await tempDir();
  const stderr = new PassThrough();
  let code: number | undefined;
  const run = createRunner({
    env: { TEPHRA_PRIVATE_KEY: `0x${'11'.repeat(32)}` },
    cwd: dir.path,
    stdin: process.stdin,
    stdout: new PassThrough(),
    stderr,
    signal: new AbortController().signal,
    setExitCode: (value) => {
      code = value;
    },
  });
  await createProgram(run, '1.0.0').parseAsync([
    ...['node', 'tephra', 'settle', '--json', '--data-dir', dir.path],
    ...args,
  ]);
  return { code, error: JSON.parse(String(stderr.read())).error };
}

it('takes either a layer or the address of a chain', async () => {
  const rollup = ['--rollup', `0x${'22'.repeat(20)}`];
  expect(await settle()).toMatchObject({ code: 2, error: { message: 'name a layer, or give --rollup' } });
  expect(await settle('mint', ...rollup)).toMatchObject({ code: 2, error: { code: 'USAGE' } });
  expect(await settle(...rollup)).toMatchObject({ code: 2, error: { message: '--rollup needs --l1-rpc' } });
});

it('asks the platform of the data folder about a layer, whatever token is to be settled', async () => {
  const token = `0x${'33'.repeat(20)}`;
  expect(await settle('mint', '--addendum', '--token', token)).toMatchObject({ error: { code: 'NOT_RUNNING' } });
});
