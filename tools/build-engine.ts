/**
 * Compiles the EVM in packages/engine/assembly to stvf.wasm. The same sources give the same bytes. As a program it
 * prints their keccak256. `node tools/build-engine.ts`
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export const ENGINE_OUTPUT = join(root, 'packages/engine/src/generated/stvf.wasm');

/** @returns keccak256 of the program, hex @throws Error with the compiler's output */
export async function buildEngine(output = ENGINE_OUTPUT): Promise<string> {
  mkdirSync(dirname(output), { recursive: true });
  const compiler = join(root, 'node_modules/assemblyscript/bin/asc.js');
  // What producers call, and what verifiers call.
  const sources = ['index.ts', 'pov.ts'].map((file) => `packages/engine/assembly/${file}`);
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory'];
  try {
    await promisify(execFile)(process.execPath, [compiler, ...sources, ...flags, '-o', output], { cwd: root });
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr || (error as Error).message);
  }
  // Only here: every start asks whether there is anything to build.
  const { keccak256 } = await import('@tephra/engine');
  return `0x${Buffer.from(keccak256(readFileSync(output))).toString('hex')}`;
}

if (import.meta.main) process.stdout.write(`${await buildEngine()}\n`);
