import { forgeCommand } from '../forge.ts';
import { runCommand } from './run-command.ts';
import type { Stage, StageResult } from './stage.ts';

type ForgeReport = Record<
  string,
  {
    test_results: Record<
      string,
      { status: 'Success' | 'Failure' | 'Skipped'; reason: string | null; counterexample: unknown }
    >;
  }
>;

/** Solidity unit, fuzz and invariant tests. */
export const forgeStage: Stage = {
  name: 'contracts',
  title: 'contract tests',
  async run({ root, filter, report }) {
    const match = filter ? ['--match-path', `*${filter}*`] : [];
    const { command, args, env } = forgeCommand(['test', '--json', ...match]);
    const run = await runCommand(command, args, { cwd: root, env });
    const json = run.stdout.split('\n').find((line) => line.startsWith('{'));
    if (!json) {
      if (filter && /No tests/.test(run.output)) return { passed: 0, failures: [], skipped: [] };
      return { passed: 0, failures: [{ name: 'forge test', output: run.output.trim() }], skipped: [] };
    }
    const result = readForgeReport(JSON.parse(json) as ForgeReport);
    report(`${result.passed} contract tests passed`);
    return result;
  },
};

export function readForgeReport(json: ForgeReport): StageResult {
  const result: StageResult = { passed: 0, failures: [], skipped: [] };
  for (const [suite, { test_results }] of Object.entries(json))
    for (const [test, { status, reason, counterexample }] of Object.entries(test_results)) {
      const name = `${suite} ${test}`;
      if (status === 'Success') result.passed++;
      else if (status === 'Skipped') result.skipped.push(name);
      else
        result.failures.push({
          name,
          output: [reason, counterexample && JSON.stringify(counterexample)].filter(Boolean).join('\n'),
        });
    }
  return result;
}
