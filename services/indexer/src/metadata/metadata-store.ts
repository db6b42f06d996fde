import type { RestakingMetadata } from '@tephra/api';
import { type Clock, errorMessage, type Logger } from '@tephra/core';
import type { Database } from '@tephra/db';
import { fetchMetadata } from './fetch-metadata.ts';
import { parseMetadata } from './parse-metadata.ts';

/** A document is asked for again after this long; one that failed after the shorter time, doubled with each failure. */
const FRESH_MS = 6 * 60 * 60 * 1_000;
const RETRY_MS = 60_000;
const MAX_RETRY_MS = 24 * 60 * 60 * 1_000;
/** Documents that are fetched at the same time; further ones wait for the next question. */
const MOST_AT_ONCE = 8;

export type MetadataStoreDeps = {
  db: Database;
  clock: Clock;
  logger: Logger;
  /** Gives the document's text; replaced in tests. */
  fetch?: (uri: string) => Promise<string>;
};

/** Documents at metadata URIs, from the database; what is missing or old is fetched beside and there the next time. */
export class MetadataStore {
  readonly #deps: MetadataStoreDeps;
  readonly #fetch: (uri: string) => Promise<string>;
  readonly #running = new Map<string, Promise<void>>();

  constructor(deps: MetadataStoreDeps) {
    this.#deps = deps;
    this.#fetch = deps.fetch ?? ((uri) => fetchMetadata(uri));
  }

  /** What is known of these documents now. Inline documents (`data:`) are known at once. */
  async get(uris: readonly string[]): Promise<Map<string, RestakingMetadata>> {
    const found = new Map<string, RestakingMetadata>();
    const remote: string[] = [];
    for (const uri of new Set(uris)) {
      const inline = inlineDocument(uri);
      if (inline) found.set(uri, inline);
      else if (/^https?:\/\//i.test(uri)) remote.push(uri);
    }
    if (remote.length === 0) return found;
    const rows = await this.#deps.db.selectFrom('metadata_documents').selectAll().where('uri', 'in', remote).execute();
    const known = new Map(rows.map((row) => [row.uri, row]));
    for (const uri of remote) {
      const row = known.get(uri);
      if (row?.document) found.set(uri, row.document as RestakingMetadata);
      if (!row || this.#isOld(row)) this.#refresh(uri, row?.failures ?? 0);
    }
    return found;
  }

  /** Waits for what is being fetched. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  #isOld(row: { failures: number; fetched_at: Date }): boolean {
    const waitMs = row.failures === 0 ? FRESH_MS : Math.min(RETRY_MS * 2 ** (row.failures - 1), MAX_RETRY_MS);
    return this.#deps.clock.now() - row.fetched_at.getTime() > waitMs;
  }

  #refresh(uri: string, failures: number): void {
    if (this.#running.has(uri) || this.#running.size >= MOST_AT_ONCE) return;
    const run = this.#read(uri, failures)
      .catch((err: unknown) => this.#deps.logger.warn({ err, uri }, 'a metadata document cannot be kept'))
      .finally(() => this.#running.delete(uri));
    this.#running.set(uri, run);
  }

  async #read(uri: string, failures: number): Promise<void> {
    const { db, clock } = this.#deps;
    const fetchedAt = new Date(clock.now());
    let document: string | undefined;
    let problem: string | null = null;
    try {
      document = JSON.stringify(parseMetadata(await this.#fetch(uri)));
    } catch (error) {
      problem = errorMessage(error).slice(0, 500);
    }
    const row = { problem, failures: problem === null ? 0 : failures + 1, fetched_at: fetchedAt };
    // An older document is better than none.
    const withDocument = document === undefined ? row : { ...row, document };
    await db
      .insertInto('metadata_documents')
      .values({ uri, document: document ?? null, ...row })
      .onConflict((conflict) => conflict.column('uri').doUpdateSet(withDocument))
      .execute();
  }
}

/** The document in a `data:` URI. */
function inlineDocument(uri: string): RestakingMetadata | undefined {
  const match = /^data:application\/json(;charset=utf-8)?(;base64)?,([\s\S]*)$/i.exec(uri);
  if (!match) return undefined;
  try {
    const text = match[2] ? Buffer.from(match[3] ?? '', 'base64').toString('utf8') : decodeURIComponent(match[3] ?? '');
    return parseMetadata(text);
  } catch {
    return undefined;
  }
}
