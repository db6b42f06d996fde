import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TempDir = AsyncDisposable & {
  path: string;
  /** Deletes the folder; idempotent. Also called by `await using`. */
  remove(): Promise<void>;
};

/** A fresh empty folder. @example await using dir = await tempDir(); */
export async function tempDir(prefix = 'tephra-test-'): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  return { path, remove, [Symbol.asyncDispose]: remove };
}
