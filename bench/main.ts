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
import { BENCHMARKS, type Benchmark } from './registry.ts';
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
  if (values.list) for (const { name, title } of BENCHMARKS) say(`${name.padEnd(10)} ${title}`);
  if (values.help || values.list) return 0;
  const unknown = positionals.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name));
  if (unknown.length > 0) throw new TypeError(`no benchmark ${unknown.join(', ')}; --list shows them`);
  const chosen = BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

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
  const child = spawn(
    process.execPath,
    [join(ROOT, benchmark.program), ...(quick ? benchmark.quick : benchmark.args)],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const stop = (): void => void child.kill('SIGTERM');
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
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
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  if (code !== 0) throw new Error(`${benchmark.program} ended with ${code}`);
  if (figures.length === 0) throw new Error(`${benchmark.program} measured nothing`);
  return { at: new Date(began).toISOString(), quick, seconds: (Date.now() - began) / 1_000, loadBefore, figures };
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

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof TypeError;
  process.stderr.write(`tephra bench: ${usage ? error.message : (error as Error).stack}\n`);
  process.exitCode = usage ? 2 : 1;
}
