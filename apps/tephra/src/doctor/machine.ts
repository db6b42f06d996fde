import { constants } from 'node:fs';
import { access, mkdir, readFile, statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { freemem } from 'node:os';
import path from 'node:path';
import { errorMessage, isProcessAlive } from '@tephra/core';

export type Finding = {
  check: string;
  level: 'ok' | 'warn' | 'fail';
  message: string;
  /** What to do. */
  hint?: string;
};

const GIB = 1024 ** 3;

/** Checks that need no platform. `running`: the usual ports are taken by it then. */
export async function machineFindings(dataDir: string, running: boolean): Promise<Finding[]> {
  return [
    runtime(),
    await nativeRecovery(),
    await nativeStore(),
    anvil(),
    await folder(dataDir),
    await disk(dataDir),
    memory(),
    ...(running ? [] : [await portFree(8_080, '--port'), await portFree(8_545, '--l1-port')]),
  ];
}

function runtime(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= 24
    ? { check: 'node', level: 'ok', message: `Node ${process.versions.node}` }
    : {
        check: 'node',
        level: 'fail',
        message: `Node ${process.versions.node}`,
        hint: 'Start through ./tephra, which brings Node 24.',
      };
}

/** The native module falls back to one that is thirty times slower without saying so. */
async function nativeRecovery(): Promise<Finding> {
  try {
    const require = createRequire(import.meta.url);
    require('secp256k1/bindings');
    return { check: 'secp256k1', level: 'ok', message: 'native module loads' };
  } catch (error) {
    return {
      check: 'secp256k1',
      level: 'fail',
      message: `native module does not load: ${errorMessage(error).split('\n')[0]}`,
      hint: 'Delete node_modules and run ./tephra again.',
    };
  }
}

async function nativeStore(): Promise<Finding> {
  try {
    await import('lmdb');
    return { check: 'lmdb', level: 'ok', message: 'native module loads' };
  } catch (error) {
    return {
      check: 'lmdb',
      level: 'fail',
      message: `native module does not load: ${errorMessage(error).split('\n')[0]}`,
      hint: 'Delete node_modules and run ./tephra again.',
    };
  }
}

function anvil(): Finding {
  const name = `@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
  try {
    createRequire(import.meta.url).resolve(`${name}/package.json`);
    return { check: 'anvil', level: 'ok', message: 'binary of the embedded L1 is there' };
  } catch {
    return {
      check: 'anvil',
      level: 'warn',
      message: `no binary for this machine (${name})`,
      hint: 'Use another L1: ./tephra up --l1-rpc <url>.',
    };
  }
}

async function folder(dataDir: string): Promise<Finding> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
  } catch (error) {
    return {
      check: 'folder',
      level: 'fail',
      message: errorMessage(error),
      hint: 'Choose another one with --data-dir.',
    };
  }
  try {
    const holder = JSON.parse(await readFile(path.join(dataDir, 'lock'), 'utf8')) as {
      pid: number;
      started: string | null;
    };
    if (isProcessAlive(holder))
      return { check: 'folder', level: 'ok', message: `${dataDir}, in use by process ${holder.pid}` };
  } catch {
    // No lock: nobody uses it.
  }
  return { check: 'folder', level: 'ok', message: `${dataDir} is writable` };
}

async function disk(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = (bavail * bsize) / GIB;
  const message = `${free.toFixed(1)} GiB free`;
  if (free < 0.5)
    return { check: 'disk', level: 'fail', message, hint: 'Free some space: nodes stop when the disk is full.' };
  if (free < 2)
    return { check: 'disk', level: 'warn', message, hint: 'Busy layers write about 1 GiB per million transactions.' };
  return { check: 'disk', level: 'ok', message };
}

function memory(): Finding {
  const free = freemem() / GIB;
  const message = `${free.toFixed(1)} GiB free`;
  return free < 0.5
    ? { check: 'memory', level: 'warn', message, hint: 'A platform with one layer needs about 0.6 GiB.' }
    : { check: 'memory', level: 'ok', message };
}

async function portFree(port: number, flag: string): Promise<Finding> {
  const error = await new Promise<Error | undefined>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
  return error
    ? { check: `port ${port}`, level: 'warn', message: 'in use', hint: `Take another one: ./tephra up ${flag} <port>.` }
    : { check: `port ${port}`, level: 'ok', message: 'free' };
}
