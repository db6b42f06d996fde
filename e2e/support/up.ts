import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Hex } from 'viem';

const MAIN = fileURLToPath(new URL('../../apps/tephra/src/main.ts', import.meta.url));

export type ReadyLine = {
  ready: true;
  url: string;
  l1Url: string;
  l1ChainId: number;
  token: string;
  accounts: { address: Hex; privateKey: Hex }[];
};

/** `tephra up --json` as a child. */
export type Up = {
  child: ChildProcess;
  ready: ReadyLine;
  exited: Promise<number | null>;
  /** Sends a signal and waits for the end; resolves with the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
};

/** Starts a platform on free ports and waits until it is ready; without operators unless the arguments say `--operators`. */
export async function startUp(args: string[], env: Record<string, string> = {}): Promise<Up> {
  const child = spawn(process.execPath, [MAIN, 'up', '--json', '--port', '0', '--l1-port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TEPHRA_OPERATORS: 'false', ...env },
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const first = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited.then(() => null)]);
  if (first === null) throw new Error(`up ended before it was ready:\n${errors.join('').slice(-4_000)}`);
  return {
    child,
    ready: JSON.parse(String(first[0])) as ReadyLine,
    exited,
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}

export type CliResult = { code: number | null; stdout: string; stderr: string };

/** Runs one command of the CLI to its end. */
export async function runCli(args: string[], env: Record<string, string> = {}): Promise<CliResult> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Runs a command with --json against a platform and gives its result; throws its error. */
export async function cliJson<T>(ready: ReadyLine, args: string[]): Promise<T> {
  const { code, stdout, stderr } = await runCli([...args, '--json', '--url', ready.url, '--token', ready.token]);
  if (code !== 0) throw new Error(`tephra ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

export async function rpc<T>(url: string, method: string, params: unknown[] = []): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const answer = (await response.json()) as { result?: T; error?: { message: string } };
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result as T;
}
