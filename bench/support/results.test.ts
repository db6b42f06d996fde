import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ALIASES, BENCHMARKS } from '../registry.ts';
import { median, parseFigure, quantile } from './figure.ts';
import { number, renderResults } from './results.ts';

const machine = { cpu: 'Test CPU', cores: 2, memoryGiB: 24, system: 'linux 6.1', node: 'v24.0.0', commit: 'abc' };

it('takes measurements from output and nothing else', () => {
  expect(parseFigure('{"figure":"a","value":1,"unit":"ms"}')).toEqual({ figure: 'a', value: 1, unit: 'ms' });
  expect(parseFigure('{"figure":"a","value":1,"unit":"ms","of":"anvil","more":2}')?.of).toBe('anvil');
  for (const line of ['', 'text', '{', '{"figure":"a"}', '{"figure":"a","value":"1","unit":"ms"}'])
    expect(parseFigure(line)).toBeUndefined();
});

it('finds medians and quantiles of unsorted values', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), quantile([10, 1, 5, 7], 0.5)]).toEqual([2, 2.5, 7]);
  expect(quantile([1, 2, 3], 1)).toBe(3);
});

it('shows medians, ranges, ratios and what a run is worth', () => {
  const name = BENCHMARKS[0]!.name;
  const page = renderResults(BENCHMARKS, {
    [name]: {
      at: '2026-01-02T03:04:05.000Z',
      quick: true,
      seconds: 12.3,
      loadBefore: 0.25,
      machine,
      figures: [
        ...[3_000, 1_000, 2_000].map((value) => ({ figure: 'mints', value, unit: 'tx/s' })),
        { figure: 'mints', value: 800, unit: 'tx/s', of: 'anvil' },
        { figure: 'memory', value: 12.345, unit: 'MiB' },
      ],
    },
  });
  expect(page).toContain('|  | Tephra | anvil | ratio |');
  expect(page).toContain('| mints | 2,000 tx/s (1,000 to 3,000) | 800 tx/s | 2.50 |');
  expect(page).toContain('| memory | 12.3 MiB |  |  |');
  expect(page).toContain('2 x Test CPU, 24 GiB');
  expect(page).toContain('**A quick run');
  expect([number(99.96), number(0.0123456), number(1_234_567.8)]).toEqual(['100', '0.0123', '1,234,568']);
});

it('lists each benchmark once, with programs that exist', () => {
  const names = BENCHMARKS.map(({ name }) => name);
  expect(new Set([...names, ...Object.keys(ALIASES)]).size).toBe(names.length + Object.keys(ALIASES).length);
  expect(names).toEqual(expect.arrayContaining(Object.values(ALIASES).flat()));
  const root = new URL('../../', import.meta.url);
  for (const { file } of BENCHMARKS.flatMap(({ programs }) => programs))
    expect([file, existsSync(new URL(file, root))]).toEqual([file, true]);
});
