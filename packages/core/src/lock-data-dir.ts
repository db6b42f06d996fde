import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from './clock.ts';
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
  const holder = await take(path, own);
  if (holder)
    throw new DataDirLockedError('DATA_DIR_LOCKED', `${dir} is in use by process ${holder.pid}`, {
      details: { dir, pid: holder.pid },
      hint: `Stop process ${holder.pid} first, or choose another folder with --data-dir.`,
    });
  return async () => {
    if ((await read(path)) === own) await rm(path, { force: true });
  };
}

/**
 * Puts `own` at `path` unless a living process's lock is there, which is returned. A dead one's lock is replaced under a
 * second lock named after its content: so one process only replaces it, and only while it is still that very lock.
 */
async function take(path: string, own: string): Promise<ProcessIdentity | undefined> {
  for (;;) {
    if (await create(path, own)) return undefined;
    const content = await read(path);
    if (content === undefined) continue;
    const holder = parseHolder(content);
    if (holder && isProcessAlive(holder)) return holder;
    const guard = `${path}.${createHash('sha256').update(content).digest('hex').slice(0, 16)}`;
    if (await take(guard, own)) {
      await systemClock.sleep(5);
      continue;
    }
    try {
      if ((await read(path)) === content) {
        await withTemporary(path, own, (temporary) => rename(temporary, path));
        return undefined;
      }
    } finally {
      await rm(guard, { force: true });
    }
  }
}

/** Linked into place, so that a lock never exists without its content. */
function create(path: string, content: string): Promise<boolean> {
  return withTemporary(path, content, async (temporary) => {
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  });
}

async function withTemporary<T>(path: string, content: string, use: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(temporary, content, { mode: 0o600 });
  try {
    return await use(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

function read(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function parseHolder(content: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(content) as Partial<ProcessIdentity>;
    return typeof value.pid === 'number' ? { pid: value.pid, started: value.started ?? null } : undefined;
  } catch {
    return undefined;
  }
}
