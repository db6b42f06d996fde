/**
 * Builds what is stale: contracts with the code generated from them, the engine's WebAssembly, then the dashboard. Content decides, not file
 * times, so a checkout that changes back and forth builds nothing twice in vain. `node tools/build.ts`
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isTephraError, lockDataDir } from '@tephra/core';
import { buildContracts } from './build-contracts.ts';
import { buildEngine, ENGINE_OUTPUT } from './build-engine.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const web = join(root, 'apps/web');
const webStamp = join(web, 'dist/.stamp');
/** Rooms whose sources end up in the page. */
const WEB_SOURCES = [
  'apps/web',
  'packages/api/src',
  'packages/core/src',
  'packages/engine/assembly',
  'packages/engine/src/precompiles',
  'packages/engine/src/stvf',
  'packages/l1/src',
  'packages/protocol/src',
];

/** Builds what is stale; `report` gets a line when something long begins. @throws Error with the tool's own output */
export async function build(report: (line: string) => void): Promise<void> {
  if (!isContractsFresh() || !isEngineFresh() || !isWebFresh()) {
    const release = await lockBuild(report);
    try {
      await buildStale(report);
    } finally {
      await release();
    }
  }
}

async function buildStale(report: (line: string) => void): Promise<void> {
  if (!isContractsFresh()) {
    report('compiling the contracts ...');
    await buildContracts();
    writeFileSync(contractsStamp, contractsHash());
  }
  if (!isEngineFresh()) {
    report('compiling the engine ...');
    report(`stvf.wasm has the hash ${await buildEngine()}`);
    writeFileSync(engineStamp, engineHash());
  }
  if (!isWebFresh()) {
    report('building the dashboard ...');
    const hash = webHash();
    await run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', web, '--logLevel', 'warn']);
    writeFileSync(webStamp, hash);
  }
}

const contractsStamp = join(root, 'contracts/out/.sources');

function isContractsFresh(): boolean {
  return (
    existsSync(join(root, 'packages/l1/src/generated/abis.ts')) &&
    existsSync(contractsStamp) &&
    readFileSync(contractsStamp, 'utf8') === contractsHash()
  );
}

const engineStamp = join(dirname(ENGINE_OUTPUT), '.sources');

function isEngineFresh(): boolean {
  return existsSync(ENGINE_OUTPUT) && existsSync(engineStamp) && readFileSync(engineStamp, 'utf8') === engineHash();
}

function engineHash(): string {
  return hashOf(['packages/engine/assembly', 'tools/build-engine.ts', 'package-lock.json']);
}

function isWebFresh(): boolean {
  return (
    existsSync(join(web, 'dist/index.html')) && existsSync(webStamp) && readFileSync(webStamp, 'utf8') === webHash()
  );
}

function contractsHash(): string {
  return hashOf(['contracts/src', 'tools/build-contracts.ts', 'package-lock.json']);
}

function webHash(): string {
  return hashOf([...WEB_SOURCES, 'package-lock.json']);
}

/** Hash of files and folders, without tests, which no build reads, and what builds wrote. */
function hashOf(paths: string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesBelow(join(root, path)).sort()) {
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  const entries = readdirSyncOrFile(path);
  if (!entries) return [path];
  return entries.flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return /^(node_modules|dist)$/.test(entry.name) ? [] : filesBelow(inner);
    return /\.test\.tsx?$/.test(entry.name) ? [] : [inner];
  });
}

function readdirSyncOrFile(path: string): ReturnType<typeof readEntries> | undefined {
  try {
    return readEntries(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function readEntries(path: string) {
  return readdirSync(path, { withFileTypes: true });
}

/** One build at a time in a checkout; another process's build is waited for. */
async function lockBuild(report: (line: string) => void): Promise<() => Promise<void>> {
  const dir = join(root, 'node_modules/.tephra-build');
  for (let waited = 0; ; waited++) {
    try {
      return await lockDataDir(dir);
    } catch (error) {
      if (!isTephraError(error, 'DATA_DIR_LOCKED')) throw error;
      if (waited === 0) report(`waiting for the build of process ${String(error.details?.pid)} ...`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/** Runs a tool quietly; its output is the message of the error when it fails. */
function run(command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(output.trim() || `exit code ${code}`))));
  });
}

if (import.meta.main) {
  try {
    await build((line) => process.stderr.write(`tephra: ${line}\n`));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
