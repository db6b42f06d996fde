import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, TephraError } from '@tephra/core';

export type DatabaseErrorCode =
  /** There is no room; what was appended is written when there is. */
  'DATABASE_FULL' | 'DATABASE_WRITE_FAILED' | 'DATABASE_CLOSED';

/** The database didn't take a block; the journal has it. */
export class DatabaseError extends TephraError<DatabaseErrorCode> {}

export type UntilWrittenDeps = {
  clock: Clock;
  /** Called with the reason when it begins to wait for room, with null when there was some. */
  onStalled(error: DatabaseError | null): void;
  isClosed(): boolean;
};

/** A full disk is asked again after this long. */
const RETRY_MS = 250;
/** Room that must be there before a block is tried again, bytes; more each time that it was not enough. */
const ROOM = 4 * 1024 * 1024;
/** When this much is there, it is something else. */
const MOST_ROOM = 1024 * 1024 * 1024;
const PIECE = Buffer.alloc(1024 * 1024);
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * Writes a block into the database in `path`, again and again as long as there is no room for it: an aborted transaction of
 * LMDB leaves no trace.
 * @param write rejects, or gives false, when the database didn't take it
 * @throws DatabaseError DATABASE_WRITE_FAILED when it failed for another reason, DATABASE_CLOSED
 */
export async function untilWritten(path: string, write: () => Promise<boolean>, deps: UntilWrittenDeps): Promise<void> {
  let stalled = false;
  for (let room = ROOM; ; room *= 2) {
    const failure = await failureOf(write);
    if (failure === null) {
      if (stalled) deps.onStalled(null);
      return;
    }
    const isFull = await lacksRoom(path, room);
    if (!isFull && room >= MOST_ROOM) {
      throw new DatabaseError('DATABASE_WRITE_FAILED', `The database in ${path} did not take a block`, {
        cause: failure,
        hint: 'Repair the disk, then restart the node: the journal has what the database lacks.',
      });
    }
    if (!isFull) continue;
    if (!stalled) {
      stalled = true;
      deps.onStalled(
        new DatabaseError('DATABASE_FULL', `There is no room for the database in ${path}`, {
          cause: failure,
          hint: 'Free disk space; the node goes on by itself.',
          retryable: true,
        }),
      );
    }
    do {
      if (deps.isClosed())
        throw new DatabaseError('DATABASE_CLOSED', 'The database was closed while the disk was full');
      await deps.clock.sleep(RETRY_MS);
    } while (await lacksRoom(path, room));
  }
}

/** Null when it was written. */
async function failureOf(write: () => Promise<boolean>): Promise<unknown> {
  try {
    return (await write()) ? null : new Error('the transaction was not committed');
  } catch (error) {
    // The library's error names its reason in a promise.
    const { commitError } = error as { commitError?: Promise<never> };
    return await Promise.resolve(commitError).then(
      () => error,
      (reason: unknown) => reason,
    );
  }
}

/** Whether the database can't grow by `room`, whatever the reason: tried beside it, because quotas show in no figure. */
async function lacksRoom(path: string, room: number): Promise<boolean> {
  const probe = join(path, 'room.tmp');
  try {
    const { size } = await stat(join(path, 'data.mdb'));
    const file = await open(probe, 'w');
    try {
      // A file as long as the database would be, but a hole up to there takes no room.
      for (let written = 0; written < room; written += PIECE.length) await file.writeFile(PIECE);
      await file.write(PIECE, 0, PIECE.length, size + room);
    } finally {
      await file.close();
    }
    return false;
  } catch (error) {
    return FULL.includes((error as NodeJS.ErrnoException).code ?? '');
  } finally {
    await rm(probe, { force: true });
  }
}
