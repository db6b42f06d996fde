import { describe, expect, it } from 'vitest';
import { readForgeReport } from './forge-stage.ts';
import { runCommand } from './run-command.ts';
import { merge, oneCheck, summary } from './stage.ts';
import { readVitestReport } from './vitest-stage.ts';

describe('suite', () => {
  it('counts forge tests', () => {
    const result = readForgeReport({
      'test/A.t.sol:ATest': {
        test_results: {
          'test_a()': { status: 'Success', reason: null, counterexample: null },
          'test_b()': { status: 'Failure', reason: 'no', counterexample: null },
          'test_c()': { status: 'Skipped', reason: null, counterexample: null },
        },
      },
    });
    expect(result).toEqual({
      passed: 1,
      failures: [{ name: 'test/A.t.sol:ATest test_b()', output: 'no' }],
      skipped: ['test/A.t.sol:ATest test_c()'],
    });
  });

  it('counts vitest tests, and a file that does not load as one failure', () => {
    const assertion = (fullName: string, status: string) => ({
      fullName,
      status,
      failureMessages: status === 'failed' ? ['why'] : [],
    });
    const result = readVitestReport(
      {
        testResults: [
          {
            name: '/r/a.test.ts',
            status: 'failed',
            message: '',
            assertionResults: [assertion('x', 'passed'), assertion('y', 'failed')],
          },
          { name: '/r/b.test.ts', status: 'failed', message: 'cannot import', assertionResults: [] },
          {
            name: '/r/c.test.ts',
            status: 'passed',
            message: '',
            assertionResults: [assertion('z', 'pending'), assertion('t', 'todo')],
          },
        ],
      },
      '/r',
    );
    expect(result).toEqual({
      passed: 1,
      failures: [
        { name: 'a.test.ts > y', output: 'why' },
        { name: 'b.test.ts', output: 'cannot import' },
      ],
      skipped: ['c.test.ts > z', 'c.test.ts > t'],
    });
  });

  it('names the skipped in the last line only when there are any', () => {
    const ok = oneCheck('a', { code: 0, output: '' });
    const bad = oneCheck('b', { code: 2, output: '' });
    expect(summary(merge([ok, ok, bad]))).toBe('2 passed, 1 failed');
    expect(summary({ ...ok, skipped: ['x'] })).toBe('1 passed, 0 failed, 1 skipped');
    expect(bad.failures).toEqual([{ name: 'b', output: 'exit code 2' }]);
  });

  it('runs commands, with lines as they come', async () => {
    const lines: string[] = [];
    const run = await runCommand(
      process.execPath,
      ['-e', 'console.log("a\\nb"); console.error("c"); process.exit(3)'],
      {
        cwd: '/',
        onLine: (line) => lines.push(line),
      },
    );
    expect(run).toMatchObject({ code: 3, stdout: 'a\nb\n' });
    expect(lines.sort()).toEqual(['a', 'b', 'c']);
    expect((await runCommand('/no/such/tool', [], { cwd: '/' })).code).toBe(127);
  });
});
