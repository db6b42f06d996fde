import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ApiToken, TokenScope } from '@tephra/api';
import { type Clock, writeFileAtomic } from '@tephra/core';
import type { ApiTokensTable, Database } from '@tephra/db';
import type { Selectable } from 'kysely';

export type TokenIdentity = { id: number; name: string; scope: TokenScope };
/** `lifetimeMs` from now; null for a token without an end. */
export type NewToken = { name: string; scope: TokenScope; lifetimeMs: number | null };

const PREFIX = 'tephra_';
/** Time of last use is written at most this often. */
const USE_NOTED_MS = 60_000;

/** Access tokens; the database knows only their SHA-256 (they hold 256 random bits, so no slow hash is needed). */
export class TokenStore {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #noted = new Map<number, number>();

  constructor(deps: { db: Database; clock: Clock }) {
    this.#db = deps.db;
    this.#clock = deps.clock;
  }

  /** The token itself is in this answer and nowhere else. */
  async create(options: NewToken): Promise<{ token: string; apiToken: ApiToken }> {
    const token = PREFIX + randomBytes(32).toString('base64url');
    return { token, apiToken: await this.#insert(options, token) };
  }

  /** The token in a file of this user, made at the first call and known to the database from then on. */
  async local(path: string): Promise<string> {
    const options: NewToken = { name: 'local developer', scope: 'admin', lifetimeMs: null };
    const kept = await readFile(path, 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
    if (kept.startsWith(PREFIX) && kept.length > 40) {
      if (!(await this.verify(kept))) await this.#insert(options, kept);
      return kept;
    }
    const { token } = await this.create(options);
    await writeFileAtomic(path, `${token}\n`, { mode: 0o600 });
    return token;
  }

  /** Whose token this is; undefined when it is unknown, revoked or expired. */
  async verify(token: string): Promise<TokenIdentity | undefined> {
    const hash = digest(token);
    const now = this.#clock.now();
    const row = await this.#working(now).where('hash', '=', hash).executeTakeFirst();
    if (!row || !timingSafeEqual(Buffer.from(row.hash), Buffer.from(hash))) return undefined;
    if (now - (this.#noted.get(row.id) ?? Number.NEGATIVE_INFINITY) >= USE_NOTED_MS) {
      this.#noted.set(row.id, now);
      await this.#db
        .updateTable('api_tokens')
        .set({ last_used_at: new Date(now) })
        .where('id', '=', row.id)
        .execute();
    }
    return { id: row.id, name: row.name, scope: row.scope as TokenScope };
  }

  /** Tokens that work, newest first, at most `limit` with ids below `before`. */
  async list(page: { limit: number; before?: number }): Promise<ApiToken[]> {
    let query = this.#working(this.#clock.now()).orderBy('id', 'desc').limit(page.limit);
    if (page.before !== undefined) query = query.where('id', '<', page.before);
    return (await query.execute()).map(tokenOf);
  }

  async count(): Promise<number> {
    const { count } = await this.#working(this.#clock.now())
      .clearSelect()
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  /** False when there is no such token that works. */
  async revoke(id: number): Promise<boolean> {
    const now = this.#clock.now();
    const row = await this.#working(now).where('id', '=', id).executeTakeFirst();
    if (!row) return false;
    await this.#db
      .updateTable('api_tokens')
      .set({ revoked_at: new Date(now) })
      .where('id', '=', id)
      .execute();
    return true;
  }

  #working(now: number) {
    return this.#db
      .selectFrom('api_tokens')
      .selectAll()
      .where('revoked_at', 'is', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', new Date(now))]));
  }

  async #insert({ name, scope, lifetimeMs }: NewToken, token: string): Promise<ApiToken> {
    const now = this.#clock.now();
    const expiresAt = lifetimeMs === null ? null : new Date(now + lifetimeMs);
    const row = await this.#db
      .insertInto('api_tokens')
      .values({ name, scope, hash: digest(token), created_at: new Date(now), expires_at: expiresAt })
      .onConflict((conflict) => conflict.column('hash').doUpdateSet({ revoked_at: null }))
      .returningAll()
      .executeTakeFirstOrThrow();
    return tokenOf(row);
  }
}

function tokenOf(row: Selectable<ApiTokensTable>): ApiToken {
  return {
    id: String(row.id),
    name: row.name,
    scope: row.scope as TokenScope,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
