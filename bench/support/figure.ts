/** One measurement, as a program prints it. */
export type Figure = { figure: string; value: number; unit: string; of?: string };

/** Prints a measurement for the runner. */
export function report(figure: string, value: number, unit: string, of?: string): void {
  process.stdout.write(`${JSON.stringify({ figure, value, unit, ...(of === undefined ? {} : { of }) })}\n`);
}

/** The measurement on a line of output, or undefined. */
export function parseFigure(line: string): Figure | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { figure, value, unit, of } = JSON.parse(line) as Record<string, unknown>;
    if (typeof figure !== 'string' || typeof value !== 'number' || typeof unit !== 'string') return undefined;
    return { figure, value, unit, ...(typeof of === 'string' ? { of } : {}) };
  } catch {
    return undefined;
  }
}

/** Value at the quantile `q` (0 to 1) of a list, which need not be sorted. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] as number;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
