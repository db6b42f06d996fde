import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { bytesToBigInt, hexToBytes } from '../bytes.ts';
import { haltReason } from './haltReason.ts';
import type { ProgramExports } from './program.ts';

const GUIDE = fileURLToPath(new URL('../../../../docs/engine.md', import.meta.url));
const ASSEMBLY = fileURLToPath(new URL('../../assembly', import.meta.url));

type Insertion = { file: string; after: string; lines: string };

/** The pieces of code in the guide that say where they go. */
function insertions(): Insertion[] {
  const fence = /^```ts insert=(\S+) after="(.*)"\n([\s\S]*?)^```$/gm;
  return [...readFileSync(GUIDE, 'utf8').matchAll(fence)].map(([, file, after, lines]) => ({
    file: file!,
    after: after!,
    lines: lines!,
  }));
}

/** A copy of the assembly with the pieces put in, compiled. */
async function compile(pieces: Insertion[]): Promise<WebAssembly.Module> {
  const dir = await mkdtemp(path.join(tmpdir(), 'tephra-recipe-'));
  try {
    await cp(ASSEMBLY, dir, { recursive: true });
    for (const { file, after, lines } of pieces) {
      const source = await readFile(path.join(dir, file), 'utf8');
      const found = source.split('\n');
      const at = found.findIndex((line) => line.endsWith(after));
      expect(at, `${file} has a line that ends with ${after}`).toBeGreaterThan(0);
      await writeFile(path.join(dir, file), found.toSpliced(at + 1, 0, lines.trimEnd()).join('\n'));
    }
    const compiler = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');
    const flags = ['-O1', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory'];
    const output = path.join(dir, 'out.wasm');
    await promisify(execFile)(process.execPath, [compiler, path.join(dir, 'index.ts'), ...flags, '-o', output]);
    return new WebAssembly.Module(await readFile(output));
  } finally {
    await rm(dir, { recursive: true });
  }
}

const SELF = `0x${'cc'.repeat(20)}` as const;

/** Runs code on an empty state. @returns its output as a number, and why it halted */
function run(
  module: WebAssembly.Module,
  code: string,
): { output: bigint; halted: string | undefined; gasUsed: bigint } {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: room, name } of WebAssembly.Module.imports(module)) {
    imports[room] ??= {};
    imports[room][name] = () => 0;
  }
  const program = new WebAssembly.Instance(module, imports).exports as ProgramExports;
  const write = (at: number, bytes: Uint8Array) => new Uint8Array(program.memory.buffer).set(bytes, at);
  program.forget(1n);
  program.begin();
  const bytes = hexToBytes(`0x${code}`);
  const at = program.input(512);
  write(at, hexToBytes(SELF));
  const account = program.account(at);
  write(at, bytes);
  program.setCode(account, at, bytes.length);
  new Uint8Array(program.memory.buffer).fill(0, at, at + 192);
  write(at + 44, hexToBytes(SELF));
  let more = program.start(at, 0, 100_000n, 21_000n, 0n, 0, 0, 0, 0);
  while (more) more = program.proceed();
  const output = new Uint8Array(program.memory.buffer, program.outputData(), program.outputSize()).slice();
  return { output: bytesToBigInt(output), halted: haltReason(program.status()), gasUsed: program.gasUsed() };
}

it('the guide adds an opcode', { timeout: 60_000 }, async () => {
  const pieces = insertions();
  expect(pieces.map(({ file }) => file)).toEqual(['gas.ts', 'interpreter.ts']);
  const [before, after] = await Promise.all([compile([]), compile(pieces)]);
  // push the number, CLZ, keep it in memory, return it
  const clz = (value: bigint): string => `7f${value.toString(16).padStart(64, '0')}1e5f5260205ff3`;
  expect(run(before, clz(1n)).halted).toMatch(/invalid opcode/);
  for (const [value, zeros] of [
    [0n, 256n],
    [1n, 255n],
    [1n << 64n, 191n],
    [(1n << 256n) - 1n, 0n],
  ] as const) {
    expect(run(after, clz(value))).toMatchObject({ output: zeros, halted: undefined });
  }
  // PUSH32, CLZ, PUSH0, MSTORE with a word of memory, PUSH1, PUSH0, RETURN
  expect(run(after, clz(1n)).gasUsed).toBe(21_000n + 3n + 5n + 2n + 3n + 3n + 3n + 2n);
});
