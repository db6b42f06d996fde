import type { Benchmark } from '../registry.ts';
import { type Figure, median } from './figure.ts';

/** One run of one benchmark. */
export type Run = {
  /** RFC 3339. */
  at: string;
  quick: boolean;
  seconds: number;
  /** One-minute load average before the run; what else the machine had to do. */
  loadBefore: number;
  figures: Figure[];
};

export type Machine = { cpu: string; cores: number; memoryGiB: number; system: string; node: string; commit: string };

/** The newest run of each benchmark, with the machine that it ran on. */
export type Results = Record<string, Run & { machine: Machine }>;

/** The page of results. */
export function renderResults(benchmarks: readonly Benchmark[], results: Results): string {
  const sections = benchmarks.flatMap((benchmark) => {
    const run = results[benchmark.name];
    return run ? [section(benchmark, run)] : [];
  });
  return [
    '<!-- Written by `./tephra bench`. Do not edit. -->',
    '# Benchmarks',
    '',
    'Medians; the range of several samples stands behind them. A ratio above 1 means that Tephra has more of it. Compare',
    'what was measured in one run on one machine; figures of different runs or machines say little. `./tephra bench --list`',
    'names them all, `./tephra bench <name>` repeats one.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}

function section(benchmark: Benchmark, run: Run & { machine: Machine }): string {
  const { machine } = run;
  const peers = [...new Set(run.figures.map(({ of }) => of ?? TEPHRA))].filter((of) => of !== TEPHRA);
  const header = ['', 'Tephra', ...peers.flatMap((peer) => [peer, 'ratio'])];
  const names = [...new Set(run.figures.map(({ figure }) => figure))];
  const rows = names.map((name) => {
    const own = samplesOf(run.figures, name, TEPHRA);
    const cells = peers.flatMap((peer) => {
      const theirs = samplesOf(run.figures, name, peer);
      const both = own.values.length > 0 && theirs.values.length > 0;
      return [shown(theirs), both ? `${(median(own.values) / median(theirs.values)).toFixed(2)}` : ''];
    });
    return [name, shown(own), ...cells];
  });
  return [
    `## ${benchmark.title}`,
    '',
    benchmark.method,
    '',
    tableOf(header, rows),
    '',
    `\`./tephra bench ${benchmark.name}${run.quick ? ' --quick' : ''}\`, ${run.at.slice(0, 16).replace('T', ' ')} UTC, ` +
      `${Math.round(run.seconds)} s, load ${run.loadBefore.toFixed(1)} before it; ${machine.cores} x ${machine.cpu}, ` +
      `${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, commit ${machine.commit}.` +
      (run.quick ? ' **A quick run: few samples.**' : ''),
  ].join('\n');
}

const TEPHRA = 'tephra';

type Samples = { values: number[]; unit: string };

function samplesOf(figures: readonly Figure[], name: string, of: string): Samples {
  const found = figures.filter((figure) => figure.figure === name && (figure.of ?? TEPHRA) === of);
  return { values: found.map(({ value }) => value), unit: found[0]?.unit ?? '' };
}

function shown({ values, unit }: Samples): string {
  if (values.length === 0) return '';
  const middle = `${number(median(values))} ${unit}`;
  return values.length === 1 ? middle : `${middle} (${number(Math.min(...values))} to ${number(Math.max(...values))})`;
}

/** Three significant digits for small values, whole numbers with separators for large ones. */
export function number(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

function tableOf(header: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  const alignment = header.map((_, index) => (index === 0 ? '---' : '---:'));
  return [line(header), `|${alignment.join('|')}|`, ...rows.map(line)].join('\n');
}
