import { createLogger, LOG_LEVELS, type LogLevel } from '@tephra/core';
import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import { CliError, describeError } from './errors.ts';
import { exitCodeOf } from './exit-codes.ts';
import { Output, toJson } from './output.ts';

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
      const json =
        flags.json === true || (flags.json === undefined && /^(1|true|yes)$/i.test(io.env.TEPHRA_JSON ?? ''));
      const colour = io.stdout.isTTY === true && !io.env.NO_COLOR;
      const out = new Output({ stdout: io.stdout, stderr: io.stderr, json, colour });
      const logger = createLogger({ name: 'tephra', level: logLevel(io.env.TEPHRA_CLI_LOG_LEVEL) });
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
        reportError(out, shown, io);
      }
    };
}

function reportError(out: Output, error: unknown, io: ProcessIo): void {
  const { code, message, hint, details } = describeError(error);
  if (out.json)
    out.error(toJson({ error: { code, message, ...(details ? { details } : {}), ...(hint ? { hint } : {}) } }));
  else {
    out.error(`${out.style('red', 'error')} ${message} ${out.style('dim', `[${code}]`)}`);
    if (hint) out.error(`  ${hint}`);
    if (io.env.TEPHRA_DEBUG && error instanceof Error) out.error(error.stack ?? '');
  }
  io.setExitCode(exitCodeOf(code));
}

function logLevel(given: string | undefined): LogLevel {
  return LOG_LEVELS.find((level) => level === given) ?? 'silent';
}
