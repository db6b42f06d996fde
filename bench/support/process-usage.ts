import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type ProcessUsage = { residentBytes: number; cpuSeconds: number };

/** Ticks of /proc/<pid>/stat: USER_HZ, which is 100 on every Linux. */
const TICKS_PER_SECOND = 100;

/** Resident memory and processor time of a process so far: from /proc, else (macOS) by `ps`, to the second then. */
export async function processUsage(pid: number): Promise<ProcessUsage> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const { stdout } = await run('ps', ['-o', 'rss=,time=', '-p', String(pid)]);
  const [rss, time] = stdout.trim().split(/\s+/);
  if (rss === undefined || time === undefined) throw new Error(`there is no process ${pid}`);
  const cpuSeconds = stat === undefined ? secondsOfPs(time) : secondsOfStat(stat);
  return { residentBytes: Number(rss) * 1_024, cpuSeconds };
}

/** Fields 14 and 15, utime and stime; the name before them may hold spaces. */
function secondsOfStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** `[days-]hours:minutes:seconds`, or `minutes:seconds.hundredths`. */
function secondsOfPs(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  const parts = (clock ?? '').split(':').map(Number);
  return Number(days) * 86_400 + parts.reduce((sum, part) => sum * 60 + part, 0);
}
