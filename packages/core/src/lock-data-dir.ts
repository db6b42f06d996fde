import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TephraError } from './errors.ts';
import { isProcessAlive, type ProcessIdentity, processIdentity } from './process-identity.ts';

export class DataDirLockedError extends TephraError<'DATA_DIR_LOCKED'> {}

/**
 * Takes `<dir>/lock` for this process and returns its release (idempotent). A lock whose process is gone is replaced.
 * @throws DataDirLockedError naming the living process that holds it.
 */
export async function lockDataDir(dir: string): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'lock');
  const own = JSON.stringify({ ...processIdentity(process.pid), nonce: randomBytes(8).toString('hex') });
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  // Linked into place, so that the lock never exists without its content.
  await writeFile(temporary, own, { mode: 0o600 });
  try {
    while (!(await tryLink(temporary, path))) await removeIfStale(path, dir);
  } finally {
    await rm(temporary, { force: true });
  }
  return async () => {
    const current = await readFile(path, 'utf8').catch(() => undefined);
    if (current === own) await rm(path, { force: true });
  };
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeIfStale(path: string, dir: string): Promise<void> {
  const content = await readFile(path, 'utf8').catch(() => undefined);
  if (content === undefined) return;
  failIfHeld(content, dir);
  const aside = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.stale`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  try {
    // Another process may have replaced the stale lock between reading and renaming: give it back.
    const moved = await readFile(aside, 'utf8');
    if (moved !== content) await tryLink(aside, path);
  } finally {
    await rm(aside, { force: true });
  }
}

function failIfHeld(content: string, dir: string): void {
  const holder = parseHolder(content);
  if (!holder || !isProcessAlive(holder)) return;
  throw new DataDirLockedError('DATA_DIR_LOCKED', `${dir} is in use by process ${holder.pid}`, {
    details: { dir, pid: holder.pid },
    hint: `Stop process ${holder.pid} first, or choose another folder with --data-dir.`,
  });
}

function parseHolder(content: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(content) as Partial<ProcessIdentity>;
    return typeof value.pid === 'number' ? { pid: value.pid, started: value.started ?? null } : undefined;
  } catch {
    return undefined;
  }
}
