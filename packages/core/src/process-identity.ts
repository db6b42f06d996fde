import { readFileSync } from 'node:fs';

/** A process, told apart from a later one that got the same id. */
export type ProcessIdentity = {
  pid: number;
  /** Start time in clock ticks since boot; null where the system has no /proc. */
  started: string | null;
};

/** Identity of a running process, or undefined when there is none (zombies count as gone). */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  if (process.platform === 'linux') {
    try {
      // The command name is in parentheses and may hold anything, so fields are counted after the last one.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : { pid, started: fields[19] ?? null };
    } catch {
      return undefined;
    }
  }
  try {
    process.kill(pid, 0);
    return { pid, started: null };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? { pid, started: null } : undefined;
  }
}

/** True while exactly that process runs. */
export function isProcessAlive(identity: ProcessIdentity): boolean {
  const current = processIdentity(identity.pid);
  return current !== undefined && (identity.started === null || current.started === identity.started);
}
