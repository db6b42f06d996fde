import { PassThrough } from 'node:stream';
import { ApiError } from '@tephra/api';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { CliError } from './errors.ts';
import { EXIT_CODES, exitCodeOf } from './exit-codes.ts';
import { createRunner } from './runner.ts';

async function runAction(failure: unknown, args: string[] = [], signal = new AbortController().signal) {
  const written = { stdout: '', stderr: '', code: 0 };
  const sink = (name: 'stdout' | 'stderr') => {
    const stream = new PassThrough();
    stream.on('data', (chunk: Buffer) => {
      written[name] += chunk.toString();
    });
    return stream;
  };
  const run = createRunner({
    env: {},
    cwd: '/',
    stdin: process.stdin,
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    signal,
    setExitCode: (code) => {
      written.code = code;
    },
  });
  const command = new Command('x').option('--json').action(
    run(async (_, __, { out }) => {
      if (failure !== undefined) throw failure;
      out.progress('working');
      out.result({ wei: 10n }, () => 'ten');
    }),
  );
  await command.parseAsync(['node', 'x', ...args]);
  await new Promise((resolve) => setImmediate(resolve));
  return written;
}

describe('a command', () => {
  it('prints its result for people, and progress beside it', async () => {
    expect(await runAction(undefined)).toEqual({ stdout: 'ten\n', stderr: 'working\n', code: 0 });
  });

  it('prints nothing but one JSON line for machines', async () => {
    expect(await runAction(undefined, ['--json'])).toEqual({ stdout: '{"wei":"10"}\n', stderr: '', code: 0 });
  });

  it('says what failed, what to do, and ends with the code of the failure', async () => {
    const failed = await runAction(new CliError('NOT_FOUND', 'there is no layer "x"', { hint: 'Launch one.' }));
    expect(failed).toMatchObject({ stdout: '', code: EXIT_CODES.NOT_FOUND.code });
    expect(failed.stderr).toBe('error there is no layer "x" [NOT_FOUND]\n  Launch one.\n');
  });

  it('names every violated field of an answer of the API', async () => {
    const fields = [{ path: 'flashlayer.name', message: 'is too long' }];
    const failed = await runAction(new ApiError('INVALID_ARGUMENT', 'A field is wrong.', { status: 400, fields }), [
      '--json',
    ]);
    expect(failed.code).toBe(EXIT_CODES.REFUSED.code);
    expect(JSON.parse(failed.stderr)).toEqual({
      error: {
        code: 'INVALID_ARGUMENT',
        message: 'A field is wrong.\n  flashlayer.name is too long',
        details: { fields },
      },
    });
  });

  it('calls whatever breaks after a signal an interruption', async () => {
    const failed = await runAction(new Error('aborted'), [], AbortSignal.abort());
    expect(failed.code).toBe(130);
  });
});

describe('exit codes', () => {
  it('are distinct, and 1 for what has none', () => {
    const codes = Object.values(EXIT_CODES).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(exitCodeOf('INTERNAL')).toBe(1);
  });
});
