import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CaseResult } from '@tephra/dispute/osptest';
import { type Command, Option } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import { EXIT_CODES } from '../cli/exit-codes.ts';
import type { Runner } from '../cli/runner.ts';
import { compareOnL1 } from '../osptest/compareOnL1.ts';
import { OsptestReport } from '../osptest/report.ts';
import { writeGasPage } from '../osptest/writeGasPage.ts';

const CHAIN_ID = 1n;
/** Our own programs have an instruction of each kind. */
const OWN_STEPS = 300;

export function osptestCommand(run: Runner): Command {
  return makeCommand(
    {
      usage: 'osptest <path>',
      summary: 'Prove single steps of official state tests to the contracts that settle disputes',
      description:
        'Follows the transactions of a folder, a .tar.gz archive or a JSON file of state tests step by step, and the change of the state behind them, and brings steps of each kind to the compiled verifier: it must come to the same state, refuse one in which a word is another, and not be misled by a witness in which a bit is another. Prints steps and gas of each kind, and for each instruction and exception how many true steps were accepted and wrong ones refused; what is not covered is named, and so are cases that are left out. The last line counts the cases.',
      examples: [
        ['osptest state-tests.tar.gz', 'a few steps of each kind of every case'],
        ['osptest GeneralStateTests/stSStoreTest --steps 200', 'many steps of a folder'],
        ['osptest state-tests.tar.gz --cases 500 --mutant SSTORE', 'with a verifier that does not know SSTORE'],
        ['osptest state-tests.tar.gz --cases 200 --anvil 1000', 'and a thousand of the steps on anvil'],
      ],
    },
    { client: false },
  )
    .option('--cases <count>', 'at most this many cases, chosen by the seed; default all')
    .option('--steps <count>', 'steps of a case', '40')
    .option('--max-steps <count>', 'steps after which a case is followed no further', '200000')
    .option('--seed <number>', 'chooses cases, steps, fields and bits', '1')
    .addOption(new Option('--fork <name>', 'which rules').choices(['cancun', 'prague']).default('cancun'))
    .option('--programs', 'also programs of our own, with every instruction and with what official tests lack')
    .option('--anvil <count>', 'bring so many of the steps, true and wrong ones, to an L1 of its own too')
    .option('--gas-table <file>', 'write what steps and games cost there into this page')
    .option('--mutant <opcode>', 'a verifier that lacks this opcode, by name or number')
    .action(
      run(async (flags, [source], context) => {
        const { OPCODES, readStateTests, stateTestCases } = await import('@tephra/engine/statetest');
        const { createPrecompiles } = await import('@tephra/engine');
        const { ownCases, Random, runOsptestCase, SampleOfSteps, StepVerifier } = await import(
          '@tephra/dispute/osptest'
        );
        const file = path.resolve(context.cwd, source!);
        if (!existsSync(file)) throw new CliError('USAGE', `there is nothing at ${file}`);
        const fork = flags.fork as 'cancun' | 'prague';
        const random = new Random(countOf(flags.seed, '--seed'));
        const onL1 = flags.anvil === undefined ? 0 : countOf(flags.anvil, '--anvil');
        const sample = onL1 > 0 ? new SampleOfSteps(onL1, new Random(1)) : undefined;
        const deps = {
          verifier: await StepVerifier.create(opcodeOf(flags.mutant, OPCODES)),
          random,
          capped: createPrecompiles(CHAIN_ID, true),
          uncapped: createPrecompiles(CHAIN_ID, false),
          brought: new Map<string, number>(),
          observe: sample?.observe,
        };
        const options = {
          fork,
          steps: countOf(flags.steps, '--steps'),
          maxSteps: countOf(flags.maxSteps, '--max-steps'),
        };
        const limit = flags.cases === undefined ? Number.POSITIVE_INFINITY : countOf(flags.cases, '--cases');
        const total = Number.isFinite(limit) ? countCases(readStateTests(file), fork, stateTestCases) : 0;
        const report = new OsptestReport();
        let [seen, taken] = [0, 0];
        for (const [filePath, tests] of readStateTests(file)) {
          for (const test of stateTestCases(tests, fork)) {
            if (context.signal.aborted) throw new CliError('INTERRUPTED', 'stopped before it was done');
            // Each of those that are left is as likely as the others.
            const isTaken = limit >= total - seen || random.below(total - seen) < limit - taken;
            seen++;
            if (Number.isFinite(limit) && (!isTaken || taken >= limit)) continue;
            taken++;
            const result: CaseResult = await runOsptestCase(test, options, deps);
            const line = report.add(filePath, result);
            if (line !== undefined) context.out.progress(line);
          }
          context.out.status(report.total);
        }
        if (flags.programs === true) {
          for (const test of await ownCases(fork)) {
            report.add('own programs', await runOsptestCase(test, { ...options, steps: OWN_STEPS }, deps));
          }
        }
        if (sample !== undefined) report.l1 = await compareOnL1(sample);
        if (flags.gasTable !== undefined) {
          const page = path.resolve(context.cwd, String(flags.gasTable));
          await writeGasPage(page, report, deps.verifier);
        }
        context.out.result(report.data, () => report.text);
        // No error: the counts are the last line.
        if (report.hasFailed) process.exitCode = EXIT_CODES.VERIFICATION_FAILED.code;
      }),
    );
}

type CasesOf = typeof import('@tephra/engine/statetest').stateTestCases;
type Files = ReturnType<typeof import('@tephra/engine/statetest').readStateTests>;

function countCases(files: Files, fork: 'cancun' | 'prague', casesOf: CasesOf): number {
  let count = 0;
  for (const [, tests] of files) for (const _ of casesOf(tests, fork)) count++;
  return count;
}

function countOf(text: unknown, flag: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0) throw new CliError('USAGE', `${flag} must be a whole number`);
  return count;
}

function opcodeOf(text: unknown, opcodes: ReadonlyMap<string, number>): number | undefined {
  if (text === undefined) return undefined;
  const opcode = opcodes.get(String(text).toUpperCase()) ?? Number(text);
  if (![...opcodes.values()].includes(opcode)) throw new CliError('USAGE', `there is no opcode ${text}`);
  return opcode;
}
