/** Outcome of one stage of the suite. A check that is not a list of tests counts as one. */
export type StageResult = {
  passed: number;
  /** What failed, each with the lines that explain it. */
  failures: { name: string; output: string }[];
  /** Names of tests that were left out. */
  skipped: string[];
};

export type Stage = {
  /** For `--only`. */
  name: string;
  title: string;
  run(context: StageContext): Promise<StageResult>;
};

export type StageContext = {
  root: string;
  /** Only tests whose file or name contains it. */
  filter: string | undefined;
  /** A line of progress. */
  report: (line: string) => void;
};

/** Result of a check that either passes or fails as a whole. */
export function oneCheck(name: string, run: { code: number; output: string }): StageResult {
  return run.code === 0
    ? { passed: 1, failures: [], skipped: [] }
    : { passed: 0, failures: [{ name, output: run.output.trim() || `exit code ${run.code}` }], skipped: [] };
}

/** One result of several. */
export function merge(results: StageResult[]): StageResult {
  return {
    passed: results.reduce((sum, result) => sum + result.passed, 0),
    failures: results.flatMap((result) => result.failures),
    skipped: results.flatMap((result) => result.skipped),
  };
}

/** The suite's last line: `N passed, N failed`, with the skipped only if there are any. */
export function summary(result: StageResult): string {
  const skipped = result.skipped.length > 0 ? `, ${result.skipped.length} skipped` : '';
  return `${result.passed} passed, ${result.failures.length} failed${skipped}`;
}
