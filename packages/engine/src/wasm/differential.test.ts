import { expect, it } from 'vitest';
import { EthereumjsEngine } from '../ethereumjs/engine.ts';
import { comparedEngine, comparePrograms } from '../testing/programs.ts';
import { WasmEngine } from './engine.ts';

/** `node packages/engine/bench/fuzz.ts` runs as many as one likes. */
const PROGRAMS = 10_000;

it(`agrees with ethereumjs on ${PROGRAMS} random programs`, { timeout: 600_000 }, async () => {
  const engines = [comparedEngine(WasmEngine), comparedEngine(EthereumjsEngine)] as const;
  await comparePrograms([...engines], { programs: PROGRAMS, seed: 2026 }, (ours, theirs) =>
    expect(ours).toEqual(theirs),
  );
});
