import { constants, write } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A file that is only ever added to. */
export interface AppendFile {
  /** Adds bytes at the end; they are on disk when it resolves. After a failure a part of them may be there. */
  append(bytes: Uint8Array): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

const { O_APPEND, O_CREAT, O_DSYNC, O_EXCL, O_WRONLY } = constants;

/**
 * Opens a file for appending. With O_DSYNC a write returns when the data and the file's length are on disk, as after
 * `fdatasync`, in one system call and one way to the thread pool and back.
 * @param fresh the file must not be there yet
 */
export async function openAppendFile(path: string, { fresh }: { fresh: boolean }): Promise<AppendFile> {
  const handle = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_DSYNC | (fresh ? O_EXCL : 0), 0o666);
  return {
    append: (bytes) => writeAll(handle, bytes),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}

/** The callback form: a promise of each write costs more than the rest of it. */
function writeAll({ fd }: FileHandle, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const from = (start: number): void =>
      write(fd, bytes, start, bytes.length - start, null, (error, written) => {
        if (error !== null) reject(error);
        else if (start + written < bytes.length) from(start + written);
        else resolve();
      });
    from(0);
  });
}
