/**
 * Measures engines alone, without signatures, RPC and disk: gas per second of small programs, and transactions per second
 * in blocks of 1,000 with a state root each. Ours in WebAssembly, ethereumjs and anvil do the same one after the other.
 * Run: node services/rollup/bench/engine.ts [transactions] [rounds]
 */
import type { Hex } from 'viem';
import { AnvilTarget, type EngineTarget, OwnTarget } from './engineTargets.ts';
import { transactionsPerSecond, WORK_KINDS } from './engineWork.ts';

const COUNT = Number(process.argv[2] ?? 5_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const CODE_AT = `0x${'cc'.repeat(20)}` as const;

/** Endless loops; `5b` begins one, `56` ends it. */
const PROGRAMS: [name: string, code: Hex][] = [
  ['add', `0x5b${'6001600201506001600201506001600201506001600201'}50600056`],
  ['mul', `0x7f${'ff'.repeat(32)}7f${'fe'.repeat(32)}5b${'81810250'.repeat(5)}604256`],
  ['div', `0x7f${'ff'.repeat(32)}7f${'00'.repeat(16)}${'fe'.repeat(16)}5b${'80820450'.repeat(5)}604256`],
  ['memory', `0x5b${'60016000526000515060026020526020515060036040526040515060'}0056`],
  ['keccak', `0x5b${'60406000205060406000205060406000205060406000205060'}0056`],
];

const TARGETS: (() => Promise<EngineTarget>)[] = [
  async () => new OwnTarget('wasm'),
  async () => new OwnTarget('ethereumjs'),
  () => AnvilTarget.create(),
];

/** A line for the runner of benchmarks: our own engine is `tephra`. */
function report(figure: string, value: number, unit: string, of: EngineTarget['name']): void {
  console.log(JSON.stringify({ figure, value, unit, ...(of === 'wasm' ? {} : { of }) }));
}

async function measured(create: () => Promise<EngineTarget>, measure: (target: EngineTarget) => Promise<void>) {
  const target = await create();
  try {
    await measure(target);
  } finally {
    await target.close();
  }
}

for (let round = 0; round < ROUNDS; round++) {
  for (const [name, code] of PROGRAMS) {
    for (const create of TARGETS) {
      await measured(create, async (target) => {
        const gas = target.name === 'ethereumjs' ? 10_000_000n : 300_000_000n;
        await target.open([], { address: CODE_AT, code });
        // The first run compiles what is hot.
        await target.burn(CODE_AT, gas);
        report(`interpreter, ${name}`, Number(gas) / (await target.burn(CODE_AT, gas)) / 1_000, 'Mgas/s', target.name);
      });
    }
  }
  for (const kind of WORK_KINDS) {
    for (const create of TARGETS) {
      await measured(create, async (target) =>
        report(`engine alone, ${kind}`, await transactionsPerSecond(target, kind, COUNT), 'tx/s', target.name),
      );
    }
  }
}
