import type { LayerEvent } from '@tephra/api';

type LogData = Extract<LayerEvent, { event: 'log' }>['data'];

const LEVELS: Record<string, LogData['level']> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
};

/** A line of a node's output for people: JSON lines give their message, others are passed as they are. */
export function nodeLine(line: string, now: number): LogData {
  const at = new Date(now).toISOString();
  if (line.startsWith('{')) {
    try {
      const record = JSON.parse(line) as {
        level?: unknown;
        msg?: unknown;
        time?: unknown;
        err?: { message?: unknown };
      };
      if (typeof record.msg === 'string') {
        const cause = typeof record.err?.message === 'string' ? `: ${record.err.message}` : '';
        return {
          at: typeof record.time === 'string' ? record.time : at,
          source: 'node',
          level: LEVELS[String(record.level)] ?? 'info',
          message: record.msg + cause,
        };
      }
    } catch {
      // Not JSON after all.
    }
  }
  return { at, source: 'node', level: 'info', message: line };
}
