import { createLogger } from '@tephra/core';
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { CliError, describeError } from './errors.ts';
import { exitCodeOf } from './exit-codes.ts';
import { Output, toJson } from './output.ts';
import { commonSettings } from './settings.ts';

/** The process around the commands; main.ts fills it, tests fill it with their own. */
export type ProcessIo = {
  env: Record<string, string | undefined>;
  cwd: string;
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WritableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream & { isTTY?: boolean };
  signal: AbortSignal;
  setExitCode(code: number): void;
};

export type Action = (flags: Record<string, unknown>, args: string[], context: CliContext) => Promise<void>;
/** Turns an action into what commander calls: context before, errors to exit codes after. */
export type Runner = (action: Action) => (...values: unknown[]) => Promise<void>;

export function createRunner(io: ProcessIo): Runner {
  return (action) =>
    async (...values) => {
      const command = values.at(-1) as Command;
      const flags = command.optsWithGlobals<Record<string, unknown>>();
      const { json, cliLogLevel, debug } = common(flags, io.env);
      const colour = io.stdout.isTTY === true && !io.env.NO_COLOR;
      const out = new Output({ stdout: io.stdout, stderr: io.stderr, json, colour });
      const logger = createLogger({ name: 'tephra', level: cliLogLevel });
      try {
        await action(flags, command.args, {
          env: io.env,
          cwd: io.cwd,
          stdin: io.stdin,
          out,
          signal: io.signal,
          logger,
        });
      } catch (error) {
        const shown =
          io.signal.aborted && !(error instanceof CliError)
            ? new CliError('INTERRUPTED', 'stopped before it was done')
            : error;
        reportError(out, shown, debug);
        io.setExitCode(exitCodeOf(describeError(shown).code));
      }
    };
}

function reportError(out: Output, error: unknown, debug: boolean): void {
  const { code, message, hint, details } = describeError(error);
  if (out.json)
    out.error(toJson({ error: { code, message, ...(details ? { details } : {}), ...(hint ? { hint } : {}) } }));
  else {
    out.error(`${out.style('red', 'error')} ${message} ${out.style('dim', `[${code}]`)}`);
    if (hint) out.error(`  ${hint}`);
    if (debug && error instanceof Error) out.error(error.stack ?? '');
  }
}

/** A wrong value in the environment must not keep a command from saying what it has to say. */
function common(flags: Record<string, unknown>, env: ProcessIo['env']): ReturnType<typeof commonSettings.resolve> {
  try {
    return commonSettings.resolve({ flags, env });
  } catch {
    return commonSettings.resolve({ flags, env: {} });
  }
}
