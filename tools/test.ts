/**
 * The whole suite: `./tephra test [--only <stage,...>] [--filter <text>] [--ci] [--list]`. Each stage prints its
 * progress, failures and skipped tests follow by name, and the last line is `N passed, N failed`.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { forgeStage } from './suite/forge-stage.ts';
import { prepareRequirements } from './suite/requirements.ts';
import { runCommand } from './suite/run-command.ts';
import { merge, oneCheck, type Stage, type StageResult, summary } from './suite/stage.ts';
import { vitestStage } from './suite/vitest-stage.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name: string): string => join(root, 'node_modules/.bin', name);

/** A command that passes or fails as a whole. */
function check(name: string, title: string, commands: { label: string; command: string; args: string[] }[]): Stage {
  return {
    name,
    title,
    async run() {
      const results: StageResult[] = [];
      for (const { label, command, args } of commands)
        results.push(oneCheck(label, await runCommand(command, args, { cwd: root })));
      return merge(results);
    },
  };
}

const STAGES: Stage[] = [
  check('format', 'format and lint', [{ label: 'biome check', command: bin('biome'), args: ['check', '.'] }]),
  check('types', 'types', [
    { label: 'tsc', command: bin('tsc'), args: ['-p', 'tsconfig.json'] },
    { label: 'tsc of the dashboard', command: bin('tsc'), args: ['-p', 'apps/web/tsconfig.json'] },
  ]),
  check('layers', 'floor plan', [
    { label: 'layer check', command: process.execPath, args: [join(root, 'tools/check-layers.ts')] },
  ]),
  check('unused', 'unused files, exports and packages', [
    { label: 'knip', command: bin('knip'), args: ['--no-progress', '--no-config-hints'] },
  ]),
  forgeStage,
  vitestStage({ name: 'unit', title: 'unit tests', folders: ['packages', 'services', 'apps', 'tools', 'bench'] }),
  // Each boots a whole platform and mostly waits for blocks and challenge windows.
  vitestStage({ name: 'e2e', title: 'end-to-end tests', folders: ['e2e'], args: ['--maxWorkers=3'] }),
];

const HELP = `Usage: ./tephra test [options]

  --only <stages>   run only these stages, separated by commas: ${STAGES.map((stage) => stage.name).join(', ')}
  --filter <text>   only tests whose file name contains the text (stages contracts, unit and e2e)
  --ci              a skipped test counts as failed
  --list            print the stages
  --help            print this

Exit code 0 when nothing failed, 1 otherwise, 2 for wrong arguments.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      filter: { type: 'string' },
      ci: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (values.help) say(HELP);
  if (values.list) for (const stage of STAGES) say(`${stage.name.padEnd(10)} ${stage.title}`);
  if (values.help || values.list) return 0;

  const only = values.only?.split(',');
  const unknown = only?.filter((name) => !STAGES.some((stage) => stage.name === name)) ?? [];
  if (unknown.length > 0) throw new TypeError(`no stage ${unknown.join(', ')}; --list shows them`);
  const testing = new Set(['contracts', 'unit', 'e2e']);
  const stages = STAGES.filter((stage) => only?.includes(stage.name) ?? (!values.filter || testing.has(stage.name)));

  const indent = (line: string): void => say(`    ${line}`);
  await build(say);
  if (stages.some((stage) => stage.name === 'unit' || stage.name === 'e2e')) await prepareRequirements(say);
  const results: StageResult[] = [];
  for (const stage of stages) {
    say(`> ${stage.title}`);
    const began = Date.now();
    const result = await stage.run({ root, filter: values.filter, report: indent });
    results.push(result);
    say(`  ${summary(result)} (${((Date.now() - began) / 1_000).toFixed(1)} s)`);
  }
  return finish(merge(results), values.ci, say);
}

function finish(total: StageResult, ci: boolean, say: (line: string) => void): number {
  const strict = ci
    ? {
        ...total,
        failures: [
          ...total.failures,
          ...total.skipped.map((name) => ({ name, output: 'was skipped, which is not allowed here' })),
        ],
        skipped: [],
      }
    : total;
  for (const { name, output } of strict.failures) say(`\nFAILED ${name}\n${output}`);
  if (strict.skipped.length > 0) say(`\nskipped:\n${strict.skipped.map((name) => `  ${name}`).join('\n')}`);
  say(`\n${summary(strict)}`);
  return strict.failures.length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof TypeError;
  process.stderr.write(`tephra test: ${usage ? error.message : (error as Error).stack}\n`);
  // The last line stays what readers of the output look for.
  if (!usage) process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = usage ? 2 : 1;
}
