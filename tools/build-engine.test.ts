import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildEngine } from './build-engine.ts';

it('compiles the same program from the same sources', { timeout: 120_000 }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tephra-engine-'));
  try {
    const first = await buildEngine(join(dir, 'first.wasm'));
    expect(first).toMatch(/^0x[0-9a-f]{64}$/);
    expect(await buildEngine(join(dir, 'second.wasm'))).toBe(first);
  } finally {
    await rm(dir, { recursive: true });
  }
});
