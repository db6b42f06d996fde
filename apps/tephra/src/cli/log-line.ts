import type { Output } from './output.ts';

const HIDDEN = new Set(['level', 'time', 'pid', 'name', 'msg', 'part']);
const LEVELS: Record<string, 'dim' | 'yellow' | 'red' | undefined> = {
  trace: 'dim',
  debug: 'dim',
  warn: 'yellow',
  error: 'red',
  fatal: 'red',
};

/** A line of a JSON log for people: time, level, message, then the rest as `key=value`. Other lines stay as they are. */
export function renderLogLine(line: string, out: Pick<Output, 'style'>): string {
  const entry = parse(line);
  if (!entry) return line;
  const level = String(entry.level);
  const style = LEVELS[level];
  const word = level.toUpperCase().padEnd(5);
  const rest = Object.entries(entry)
    .filter(([key, value]) => !HIDDEN.has(key) && value !== undefined && value !== null)
    .map(([key, value]) => `${key}=${brief(value)}`);
  const time = typeof entry.time === 'string' ? entry.time.slice(11, 23) : '';
  const head = `${out.style('dim', time)} ${style ? out.style(style, word) : word} ${String(entry.msg ?? '')}`;
  return rest.length > 0 ? `${head}  ${out.style('dim', rest.join(' '))}` : head;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'level' in value && 'msg' in value
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Errors by their message: the stack is in the file and in --json. */
function brief(value: unknown): string {
  if (typeof value === 'string') return /\s/.test(value) ? JSON.stringify(value) : value;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('message' in value && typeof value.message === 'string') return JSON.stringify(value.message);
  return JSON.stringify(value);
}
