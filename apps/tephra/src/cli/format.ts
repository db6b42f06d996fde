import { formatUnits } from 'viem';

/** Columns padded to their widest cell, two spaces apart; header first. Numbers-only columns are right-aligned. */
export function table(header: string[], rows: string[][]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const numeric = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^-?[\d,.]*( (ms|s|gas))?$/.test(row[column] ?? '')),
  );
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
}

/** `key  value` lines; undefined and null values are left out. */
export function fields(entries: [string, string | number | bigint | null | undefined][]): string {
  const present = entries.filter(([, value]) => value !== undefined && value !== null && value !== '');
  const width = Math.max(0, ...present.map(([key]) => key.length));
  return present.map(([key, value]) => `${key.padEnd(width)}  ${value}`).join('\n');
}

/** 1234567 -> "1,234,567". */
export function count(value: number | bigint): string {
  return value.toLocaleString('en-US');
}

/** Milliseconds in the unit that reads best: "420 ms", "3.1 s", "12 min 5 s". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

/** Amount with its unit. */
export function amount(value: bigint | string, symbol: string, decimals = 18): string {
  return `${formatUnits(BigInt(value), decimals)} ${symbol}`;
}

const STATUS_WORDS: Record<string, string> = {
  STATUS_INITIALIZING: 'initializing',
  STATUS_DEPLOYING: 'deploying',
  STATUS_ACTIVE: 'active',
  STATUS_SETTLING: 'settling',
  STATUS_TERMINATED: 'terminated',
  STATUS_FAILED: 'failed',
};

export function statusWord(status: string): string {
  return STATUS_WORDS[status] ?? status;
}
