/**
 * `./tephra bench [NAME...] [--quick] [--list]`: runs benchmarks of the registry one after the other and writes what they
 * measured into bench/RESULTS.md; results of benchmarks that did not run stay as they are.
 */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ALIASES, BENCHMARKS, type Benchmark, type Program } from './registry.ts';
import { endWith } from './support/end-with.ts';
import { type Figure, parseFigure } from './support/figure.ts';
import { type Machine, number, type Results, type Run, renderResults } from './support/results.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const DATA = join(ROOT, 'bench/results.json');
const PAGE = join(ROOT, 'bench/RESULTS.md');

const HELP = `Usage: ./tephra bench [options] [name...]

Runs benchmarks (all of them without a name) and writes bench/RESULTS.md.

  --quick   smaller runs: shows that all works, the figures say less
  --list    print the benchmarks
  --help    print this

Exit code 0 when all ran, 1 when one failed, 2 for wrong arguments.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowPositionals: true,
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (values.help) say(HELP);
  if (values.list) {
    for (const { name, title } of BENCHMARKS) say(`${name.padEnd(10)} ${title}`);
    for (const [alias, names] of Object.entries(ALIASES)) say(`${alias.padEnd(10)} = ${names.join(', ')}`);
  }
  if (values.help || values.list) return 0;
  const names = positionals.flatMap((name) => ALIASES[name] ?? [name]);
  const unknown = names.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) throw new TypeError(`no benchmark ${unknown.join(', ')}; --list shows them`);
  const chosen = BENCHMARKS.filter(({ name }) => names.length === 0 || names.includes(name));

  const machine = machineFacts();
  let failures = 0;
  for (const benchmark of chosen) {
    say(`> ${benchmark.title}`);
    try {
      const run = await runOne(benchmark, values.quick, say);
      // After each, so that an interrupted series keeps what it has.
      write({ ...read(), [benchmark.name]: { ...run, machine } });
    } catch (error) {
      failures++;
      say(`  FAILED: ${(error as Error).message}`);
    }
  }
  say(failures === 0 ? `written to bench/RESULTS.md` : `${failures} of ${chosen.length} benchmarks failed`);
  return failures === 0 ? 0 : 1;
}

async function runOne(benchmark: Benchmark, quick: boolean, say: (line: string) => void): Promise<Run> {
  const loadBefore = loadavg()[0] ?? 0;
  const began = Date.now();
  const figures: Figure[] = [];
  for (const program of benchmark.programs) figures.push(...(await runProgram(program, quick, say)));
  if (figures.length === 0) throw new Error(`${benchmark.name} measured nothing`);
  return { at: new Date(began).toISOString(), quick, seconds: (Date.now() - began) / 1_000, loadBefore, figures };
}

async function runProgram(program: Program, quick: boolean, say: (line: string) => void): Promise<Figure[]> {
  const args = [...(program.node ?? []), join(ROOT, program.file), ...(quick ? program.quick : program.args)];
  const child = endWith(spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] }));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const figures: Figure[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const figure = parseFigure(line);
    if (figure) {
      figures.push(figure);
      say(`  ${figure.figure}${figure.of ? ` (${figure.of})` : ''}: ${number(figure.value)} ${figure.unit}`);
    } else if (line.trim() !== '') say(`  ${line}`);
  }
  const code = await exited;
  if (code !== 0) throw new Error(`${program.file} ended with ${code}`);
  return figures;
}

function read(): Results {
  try {
    return JSON.parse(readFileSync(DATA, 'utf8')) as Results;
  } catch {
    return {};
  }
}

function write(results: Results): void {
  writeFileSync(DATA, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(PAGE, renderResults(BENCHMARKS, results));
}

function machineFacts(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? arch(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release().split('-')[0]}`,
    node: process.version,
    commit: commit(),
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

// A closed pipe (`./tephra bench | head`) must not cost the results.
process.stdout.on('error', () => undefined);

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof TypeError;
  process.stderr.write(`tephra bench: ${usage ? error.message : (error as Error).stack}\n`);
  process.exitCode = usage ? 2 : 1;
}
