import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** A file with all that it imports of ours, types aside. */
function withImports(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (?!type )[^;]*? from '(\.[^']+)';/gm,
  )) {
    withImports(path.resolve(path.dirname(file), specifier!), known);
  }
  return known;
}

it('what verifiers run needs nothing that only Node has', () => {
  const files = [...withImports(fileURLToPath(new URL('./index.ts', import.meta.url)))];
  expect(files.map((file) => path.basename(file))).toEqual(
    expect.arrayContaining(['machine.ts', 'precompiles.ts', 'caps.ts', 'kzg.ts']),
  );
  for (const file of files) {
    expect(readFileSync(file, 'utf8'), file).not.toMatch(
      /'node:|\bBuffer\.\w|\bprocess\.|hash-wasm|secp256k1\/|@ethereumjs\/(?!util')/,
    );
  }
});
