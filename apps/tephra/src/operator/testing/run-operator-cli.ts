import { PassThrough, Readable } from 'node:stream';
import { Command } from 'commander';
import { createRunner } from '../../cli/runner.ts';
import { operatorCommand } from '../../commands/operator.ts';

/** Runs a line such as `operator keys list` as a user in `cwd` would, with `stdin` piped in. Words are split at spaces. */
export async function runOperatorCli(
  line: string,
  { cwd, stdin = '', env = {} }: { cwd: string; stdin?: string; env?: Record<string, string> },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const io = { stdout: new PassThrough(), stderr: new PassThrough() };
  let code = 0;
  const run = createRunner({
    env: { HOME: cwd, ...env },
    cwd,
    stdin: Readable.from(stdin === '' ? [] : [stdin]) as NodeJS.ReadStream,
    ...io,
    signal: new AbortController().signal,
    setExitCode: (value) => {
      code = value;
    },
  });
  await new Command('tephra').addCommand(operatorCommand(run)).parseAsync(['node', 'tephra', ...line.split(' ')]);
  return { code, stdout: String(io.stdout.read() ?? ''), stderr: String(io.stderr.read() ?? '') };
}
