import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { delimiter, join } from 'node:path';
import { freePort } from '@tephra/core';
import { type TempDir, tempDir } from './temp-dir.ts';
import { waitUntil } from './wait-until.ts';

/** Folder with `initdb` and `postgres` of the newest installed PostgreSQL, or undefined. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/**
 * A private PostgreSQL server on a free loopback port, made from the installed binaries; without durability, since its
 * data lives as long as the test. PostgreSQL refuses to run as root, so a root test runs it as `postgres` or `nobody`.
 */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  readonly #bin: string;
  readonly #dir: TempDir;
  readonly #child: ChildProcess;
  #databases = 0;

  private constructor(bin: string, dir: TempDir, port: number, child: ChildProcess) {
    this.#bin = bin;
    this.#dir = dir;
    this.port = port;
    this.#child = child;
  }

  static async start(): Promise<PostgresServer> {
    const bin = findPostgres();
    if (!bin) throw new Error('PostgreSQL is not installed: no initdb in /usr/lib/postgresql/*/bin or on PATH');
    const dir = await tempDir('tephra-pg-');
    const account = unprivilegedAccount();
    await chmod(dir.path, 0o755);
    if (account) await chown(dir.path, account.uid, account.gid);
    const data = join(dir.path, 'data');
    // `cwd` is a folder that the account may enter: the checkout may be closed to it.
    const options = { ...account, cwd: dir.path, stdio: 'pipe' as const };
    execFileSync(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
      options,
    );
    const port = await freePort();
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: 50,
      shared_buffers: '32MB',
    };
    const child = spawn(
      join(bin, 'postgres'),
      ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...account, cwd: dir.path, stdio: 'ignore' },
    );
    const server = new PostgresServer(bin, dir, port, child);
    try {
      await waitUntil(() => server.#accepts(), { what: `PostgreSQL on port ${port}` });
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Makes an empty database and returns its connection URL. */
  async createDatabase(): Promise<string> {
    const name = `test_${process.pid}_${++this.#databases}`;
    execFileSync(join(this.#bin, 'createdb'), ['-h', '127.0.0.1', '-p', String(this.port), '-U', 'postgres', name], {
      stdio: 'pipe',
    });
    return `postgres://postgres@127.0.0.1:${this.port}/${name}`;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = new Promise((resolve) => this.#child.once('exit', resolve));
      // SIGQUIT is PostgreSQL's immediate shutdown: nothing is worth flushing.
      this.#child.kill('SIGQUIT');
      await gone;
    }
    await this.#dir.remove();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #accepts(): Promise<boolean> {
    if (this.#child.exitCode !== null) throw new Error(`postgres exited with ${this.#child.exitCode}`);
    return new Promise((resolve) => {
      const done = (answer: boolean) => (): void => {
        socket.destroy();
        resolve(answer);
      };
      const socket = createConnection(this.port, '127.0.0.1');
      // A server that is starting up accepts the connection but answers a start-up message with an error (`E`).
      socket.once('connect', () => socket.write(startupMessage()));
      socket.once('data', (data) => done(data[0] === 0x52)());
      socket.once('error', done(false));
      socket.once('close', done(false));
    });
  }
}

/** StartupMessage of protocol 3.0 for user and database `postgres`. */
function startupMessage(): Buffer {
  const body = Buffer.from('\0\x03\0\0user\0postgres\0database\0postgres\0\0', 'latin1');
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([length, body]);
}

function unprivilegedAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' })));
      if (uid !== undefined && gid !== undefined) return { uid, gid };
    } catch {
      // Next account.
    }
  }
  throw new Error('running as root without an account `postgres` or `nobody` to run PostgreSQL as');
}
