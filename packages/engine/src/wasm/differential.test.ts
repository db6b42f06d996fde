import type { Hex } from '@tephra/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ExecutionOutcome } from '../engine.ts';
import { EthereumjsEngine } from '../ethereumjs/engine.ts';
import {
  type Case,
  CONTRACTS,
  type ComparedEngine,
  comparedEngine,
  context,
  program,
  SENDER,
  testCase,
  transactionOf,
  writeContracts,
} from '../testing/programs.ts';
import { WasmEngine } from './engine.ts';

/** Both engines run random programs; status, gas, output, logs, created contracts and state root must be the same. */
const PROGRAMS = 10_000;
/** Programs share blocks, so that one meets the state that others left. */
const PROGRAMS_PER_BLOCK = 20;

const ours = comparedEngine(WasmEngine);
const theirs = comparedEngine(EthereumjsEngine);

async function runBlock(
  compared: ComparedEngine<WasmEngine | EthereumjsEngine>,
  codes: string[],
  tests: Case[],
): Promise<{ outcomes: object[]; root: Hex }> {
  const { engine } = compared;
  await engine.beginBlock(await writeContracts(compared, codes), context);
  const outcomes: ExecutionOutcome[] = [];
  for (const [i, test] of tests.entries()) {
    const decoded = transactionOf(test, BigInt(i));
    outcomes.push(await engine.executeTransaction({ raw: decoded.raw, sender: SENDER, decoded }));
  }
  const { stateRoot } = await engine.seal();
  return { outcomes: outcomes.map(({ haltReason: _, ...rest }) => rest), root: stateRoot };
}

it(`agrees with ethereumjs on ${PROGRAMS} random programs`, { timeout: 600_000 }, async () => {
  const block = fc.tuple(
    fc.array(program, { minLength: CONTRACTS.length, maxLength: CONTRACTS.length }),
    fc.array(testCase, { minLength: PROGRAMS_PER_BLOCK, maxLength: PROGRAMS_PER_BLOCK }),
  );
  const runs = Number(process.env.FUZZ_PROGRAMS ?? PROGRAMS) / PROGRAMS_PER_BLOCK;
  await fc.assert(
    fc.asyncProperty(block, async ([codes, tests]) => {
      expect(await runBlock(ours, codes, tests)).toEqual(await runBlock(theirs, codes, tests));
    }),
    { numRuns: runs, seed: Number(process.env.FUZZ_SEED ?? 2026), endOnFailure: process.env.FUZZ_SEED !== undefined },
  );
});
