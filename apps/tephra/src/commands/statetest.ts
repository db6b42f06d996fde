import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { makeCommand } from '../cli/command.ts';
import { CliError } from '../cli/errors.ts';
import { EXIT_CODES } from '../cli/exit-codes.ts';
import type { Runner } from '../cli/runner.ts';

export function statetestCommand(run: Runner): Command {
  return makeCommand(
    {
      usage: 'statetest <path>',
      summary: "Run Ethereum's official state tests on the engine",
      description:
        "Runs the cases of a folder, a .tar.gz archive or a JSON file of state tests (the format of go-ethereum's `evm statetest`). Names each case that fails, with expected and actual. The last line counts them.",
      examples: [
        ['statetest state-tests.tar.gz', 'all cases of an archive'],
        ['statetest GeneralStateTests/stSStoreTest --engine ethereumjs', 'a folder, on the other engine'],
        ['statetest fixtures/state_tests --fork prague', 'by the rules of Prague'],
        ['statetest state-tests.tar.gz --mutant ADD', 'with a broken ADD, which cases must notice'],
      ],
    },
    { client: false },
  )
    .addOption(new Option('--engine <name>', 'which engine').choices(['wasm', 'ethereumjs']).default('wasm'))
    .addOption(new Option('--fork <name>', 'which rules').choices(['cancun', 'prague']).default('cancun'))
    .option('--mutant <opcode>', 'break this opcode on purpose, by name or number (wasm only)')
    .action(
      run(async (flags, [source], context) => {
        const { createStateTestEngine, OPCODES, readStateTests, runStateTestFile } = await import(
          '@tephra/engine/statetest'
        );
        const file = path.resolve(context.cwd, source!);
        if (!existsSync(file)) throw new CliError('USAGE', `there is nothing at ${file}`);
        const name = flags.engine as 'wasm' | 'ethereumjs';
        const mutant = flags.mutant === undefined ? undefined : opcodeOf(String(flags.mutant), OPCODES);
        if (mutant !== undefined && name !== 'wasm') throw new CliError('USAGE', '--mutant needs --engine wasm');
        const engine = createStateTestEngine(name, flags.fork as 'cancun' | 'prague', mutant);
        const counts = { passed: 0, failed: 0 };
        const lines: string[] = [];
        for (const [filePath, tests] of readStateTests(file)) {
          if (context.signal.aborted) throw new CliError('INTERRUPTED', 'stopped before it was done');
          for (const result of await runStateTestFile(tests, engine)) {
            counts[result.outcome]++;
            if (result.outcome === 'passed') continue;
            const line = `FAILED ${filePath}: ${result.name}: ${result.reason}`;
            lines.push(line);
            context.out.progress(line);
          }
          context.out.status(`${counts.passed} passed, ${counts.failed} failed`);
        }
        context.out.result({ ...counts, failures: lines }, () => `${counts.passed} passed, ${counts.failed} failed`);
        // No error: the counts are the last line.
        if (counts.failed > 0) process.exitCode = EXIT_CODES.VERIFICATION_FAILED.code;
      }),
    );
}

function opcodeOf(text: string, opcodes: ReadonlyMap<string, number>): number {
  const named = opcodes.get(text.toUpperCase());
  if (named !== undefined) return named;
  const number = Number(text);
  if ([...opcodes.values()].includes(number)) return number;
  throw new CliError('USAGE', `there is no opcode ${text}`);
}
