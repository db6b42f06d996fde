import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';

/** Where a secret may stand in the environment, and what it is for people. */
export type SecretRequest = { variable: string; what: string };

type Io = Pick<CliContext, 'env' | 'stdin' | 'out' | 'signal'>;

/**
 * A password: from its variable, else typed (hidden) on a terminal, else the first line of stdin.
 * @throws CliError USAGE when there is none
 */
export async function readPassword(request: SecretRequest, io: Io): Promise<string> {
  const given = io.env[request.variable];
  if (given !== undefined && given !== '') return given;
  if (io.stdin.isTTY) return ask(`Password of ${request.what}: `, io, { hidden: true });
  return (await pipedLine(io.stdin)) ?? missing(request);
}

/** As {@link readPassword} for a key that is being made: on a terminal it is asked for twice. */
export async function choosePassword(
  request: SecretRequest,
  io: Io,
  { check, mayBeEmpty }: { check: (password: string) => void; mayBeEmpty: boolean },
): Promise<string> {
  const isTyped = io.stdin.isTTY && !io.env[request.variable];
  const password = isTyped
    ? await ask(`Password to encrypt ${request.what}: `, io, { hidden: true })
    : io.env[request.variable] || ((await pipedLine(io.stdin)) ?? '');
  if (password === '' && !mayBeEmpty) return missing(request);
  check(password);
  if (isTyped && (await ask('The same password again: ', io, { hidden: true })) !== password) {
    throw new CliError('USAGE', 'the two passwords differ; nothing was written');
  }
  return password;
}

/** A line that is typed on a terminal. @throws CliError INTERRUPTED on Ctrl-C */
export function ask(
  prompt: string,
  io: Pick<Io, 'stdin' | 'signal'>,
  { hidden }: { hidden: boolean },
): Promise<string> {
  process.stderr.write(prompt);
  // Readline shows what is typed through its output: a secret goes nowhere.
  const output = hidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : process.stderr;
  const lines = createInterface({ input: io.stdin, output, terminal: true });
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      lines.close();
      reject(new CliError('INTERRUPTED', 'stopped before an answer was given'));
    };
    lines.once('SIGINT', stop);
    io.signal.addEventListener('abort', stop, { once: true });
    lines.question('', (answer) => {
      io.signal.removeEventListener('abort', stop);
      lines.close();
      if (hidden) process.stderr.write('\n');
      resolve(answer);
    });
  });
}

/** First line that is piped in; undefined when nothing is. */
async function pipedLine(stdin: NodeJS.ReadStream): Promise<string | undefined> {
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > MAX_PIPED) break;
  }
  const line = text.split(/\r?\n/, 1)[0]!;
  return line === '' ? undefined : line;
}

const MAX_PIPED = 4_096;

function missing({ variable, what }: SecretRequest): never {
  throw new CliError('USAGE', `there is no password for ${what}`, {
    hint: `Set ${variable}, pipe it in, or run the command on a terminal.`,
  });
}
