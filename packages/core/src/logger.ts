import { type Logger, pino } from 'pino';
import { LogFile } from './log-file.ts';

export type { Logger };

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LoggerOptions = {
  /** Component, written as `name` on every line. */
  name: string;
  /** Default `info`. */
  level?: LogLevel;
  /** Append to this file (directories are made) in place of stderr; a full one is renamed, see {@link LogFile}. */
  file?: string;
  /** Size at which the file is full, bytes; default 10 MiB. */
  maxFileBytes?: number;
};

/**
 * JSON lines logger. Writes to stderr unless `file` is given, because stdout belongs to the commands' results.
 * Values under names of secrets are replaced at any depth; see {@link redact}.
 */
export function createLogger(options: LoggerOptions): Logger {
  // Synchronous: the lines before a SIGKILL or crash are the ones that are needed.
  const destination = options.file
    ? fileDestination(options.file, options.maxFileBytes)
    : pino.destination({ dest: 2, sync: true });
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      base: { pid: process.pid },
      // pino hands the bindings of child loggers to no formatter, so their top level is covered by name.
      redact: { paths: SECRET_BINDINGS, censor: '[redacted]' },
      formatters: {
        level: (label) => ({ level: label }),
        log: (line) => redact(line) as Record<string, unknown>,
      },
    },
    destination,
  );
}

function fileDestination(path: string, maxBytes: number | undefined): { write(line: string): void } {
  const file = new LogFile({ path, ...(maxBytes === undefined ? {} : { maxBytes }) });
  return {
    write: (line) => {
      try {
        file.write(line);
      } catch {
        // A full disk must not take down what would be logged about.
      }
    },
  };
}

const SECRET_NAME =
  /^(.*private_?key|.*secret|.*password|.*passphrase|.*mnemonic|.*(authorization|cookie)|(producer|proposer|faucet|funder|deployer|signing)_?key|(.*_?)token)$/i;
const SECRET_BINDINGS = ['privateKey', 'secret', 'password', 'mnemonic', 'authorization', 'cookie', 'adminToken'];
const ADDRESS = /^0x[0-9a-f]{40}$/i;
const MAX_DEPTH = 6;

/**
 * Copy of a log value without secrets. A property is a secret by its name (`privateKey`, `adminToken`, `authorization`,
 * ...); `token` properties that hold an address are token contracts and stay. Errors and class instances pass through.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object' || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((inner) => redact(inner, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    const secret = typeof inner === 'string' && SECRET_NAME.test(name) && !ADDRESS.test(inner);
    copy[name] = secret ? '[redacted]' : redact(inner, depth + 1);
  }
  return copy;
}
