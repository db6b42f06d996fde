/**
 * Has both engines run random programs and compares what comes of them. Ends with the first difference, made small.
 * Run: node packages/engine/bench/fuzz.ts [programs] [first seed]
 */
import { deepStrictEqual } from 'node:assert';
import { EthereumjsEngine } from '../src/ethereumjs/engine.ts';
import { comparedEngine, comparePrograms } from '../src/testing/programs.ts';
import { WasmEngine } from '../src/wasm/engine.ts';

const PER_SEED = 10_000;
const count = Number(process.argv[2] ?? 100_000);
const firstSeed = Number(process.argv[3] ?? 1);
const started = performance.now();

for (let done = 0; done < count; done += PER_SEED) {
  const seed = firstSeed + done / PER_SEED;
  const programs = Math.min(PER_SEED, count - done);
  await comparePrograms(
    [comparedEngine(WasmEngine), comparedEngine(EthereumjsEngine)],
    { programs, seed },
    deepStrictEqual,
  );
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.log(`${done + programs} programs agree (seed ${seed}, ${seconds} s)`);
}
