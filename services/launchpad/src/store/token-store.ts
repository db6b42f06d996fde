import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Clock, writeFileAtomic } from '@tephra/core';
import type { Database } from '@tephra/db';

export type TokenIdentity = { id: number; name: string };

const PREFIX = 'tephra_';

/** Access tokens; the database knows only their SHA-256 (they hold 256 random bits, so no slow hash is needed). */
export class TokenStore {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(deps: { db: Database; clock: Clock }) {
    this.#db = deps.db;
    this.#clock = deps.clock;
  }

  async create(name: string): Promise<string> {
    const token = PREFIX + randomBytes(32).toString('base64url');
    await this.#insert(name, token);
    return token;
  }

  /** The token in a file of this user, made at the first call and known to the database from then on. */
  async local(path: string): Promise<string> {
    const kept = await readFile(path, 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
    if (kept.startsWith(PREFIX) && kept.length > 40) {
      if (!(await this.verify(kept))) await this.#insert('local developer', kept);
      return kept;
    }
    const token = await this.create('local developer');
    await writeFileAtomic(path, `${token}\n`, { mode: 0o600 });
    return token;
  }

  async verify(token: string): Promise<TokenIdentity | undefined> {
    const hash = digest(token);
    const row = await this.#db
      .selectFrom('api_tokens')
      .select(['id', 'name', 'hash'])
      .where('hash', '=', hash)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    if (!row || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash))) return undefined;
    return { id: row.id, name: row.name };
  }

  async revoke(token: string): Promise<void> {
    await this.#db
      .updateTable('api_tokens')
      .set({ revoked_at: new Date(this.#clock.now()) })
      .where('hash', '=', digest(token))
      .execute();
  }

  async #insert(name: string, token: string): Promise<void> {
    await this.#db
      .insertInto('api_tokens')
      .values({ name, hash: digest(token), created_at: new Date(this.#clock.now()) })
      .onConflict((conflict) => conflict.column('hash').doUpdateSet({ revoked_at: null }))
      .execute();
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
