import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hash } from '@tephra/protocol';
import { open, type RootDatabase } from 'lmdb';
import type { SignedDecision } from './record.ts';

/** What is kept for ever of a decision. */
type ArchivedDecision = { sequence: number; digest: Hash };

/**
 * Decisions whose answers are delivered or expired: too many for memory, and never looked at again unless somebody asks for a
 * second answer. An LMDB database beside the journal.
 */
export class DecisionArchive {
  readonly #database: RootDatabase<ArchivedDecision, string[]>;

  private constructor(database: RootDatabase<ArchivedDecision, string[]>) {
    this.#database = database;
  }

  static async open(directory: string): Promise<DecisionArchive> {
    const path = join(directory, 'archive');
    await mkdir(path, { recursive: true });
    return new DecisionArchive(open<ArchivedDecision, string[]>({ path, maxDbs: 0, noSubdir: false }));
  }

  get count(): number {
    return (this.#database.getStats() as { entryCount: number }).entryCount;
  }

  find(avs: string, taskKey: string): ArchivedDecision | undefined {
    return this.#database.get([avs, taskKey]);
  }

  /** Decisions about tasks whose keys begin with `prefix`. */
  *startingWith(avs: string, prefix: string): Iterable<{ taskKey: string; digest: Hash }> {
    for (const { key, value } of this.#database.getRange({ start: [avs, prefix] })) {
      const [name, taskKey] = key;
      if (name !== avs || !taskKey?.startsWith(prefix)) return;
      yield { taskKey, digest: value.digest };
    }
  }

  /** Resolves when they are on disk. */
  async add(decisions: Iterable<SignedDecision>): Promise<void> {
    await this.#database.transaction(() => {
      for (const { avs, taskKey, sequence, digest } of decisions) {
        this.#database.put([avs, taskKey], { sequence, digest });
      }
    });
    await this.#database.flushed;
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}
