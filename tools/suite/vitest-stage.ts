import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runCommand } from './run-command.ts';
import type { Stage, StageResult } from './stage.ts';

type VitestReport = {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] | null }[];
  }[];
};

/** Vitest over some folders, as one stage. */
export function vitestStage(options: { name: string; title: string; folders: string[]; args?: string[] }): Stage {
  return {
    name: options.name,
    title: options.title,
    async run({ root, filter, report }) {
      const folders = options.folders.filter((folder) => existsSync(join(root, folder)));
      const dir = await mkdtemp(join(tmpdir(), 'tephra-suite-'));
      try {
        const file = join(dir, 'report.json');
        const run = await runCommand(
          process.execPath,
          [
            join(root, 'node_modules/vitest/vitest.mjs'),
            'run',
            // Filters are alternatives, so a filter of the caller replaces the folders and is narrowed by --dir.
            ...(filter ? [filter] : folders),
            ...(filter && folders.length === 1 ? ['--dir', folders[0] ?? ''] : []),
            '--passWithNoTests',
            '--reporter=default',
            '--reporter=json',
            `--outputFile.json=${file}`,
            ...(options.args ?? []),
          ],
          {
            cwd: root,
            env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
            onLine: (line) => {
              // One line per test file is progress enough.
              if (/^\s*[✓❯×] \S+\.test\.tsx? /.test(line)) report(line.trim());
            },
          },
        );
        const text = await readFile(file, 'utf8').catch(() => undefined);
        if (text === undefined)
          return { passed: 0, failures: [{ name: options.title, output: run.output.trim() }], skipped: [] };
        const result = readVitestReport(JSON.parse(text) as VitestReport, root);
        // Errors outside of any test (an unhandled rejection) fail the run without failing a test.
        if (run.code !== 0 && result.failures.length === 0)
          result.failures.push({ name: `${options.title}: outside of the tests`, output: run.output.slice(-4_000) });
        return result;
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
  };
}

export function readVitestReport(json: VitestReport, root: string): StageResult {
  const result: StageResult = { passed: 0, failures: [], skipped: [] };
  for (const file of json.testResults) {
    const path = relative(root, file.name);
    const broken = file.assertionResults.some((test) => test.status === 'failed');
    if (file.status === 'failed' && !broken) result.failures.push({ name: path, output: file.message });
    for (const test of file.assertionResults) {
      const name = `${path} > ${test.fullName}`;
      if (test.status === 'passed') result.passed++;
      else if (test.status === 'failed')
        result.failures.push({ name, output: (test.failureMessages ?? []).join('\n') });
      else result.skipped.push(name);
    }
  }
  return result;
}
