import type { Clock } from '@tephra/core';
import type { Database } from '@tephra/db';
import { sql } from 'kysely';

export type LeaseOptions = {
  name: string;
  /** Of this process. A process that comes up again under its old name need not wait for the end of its old lease. */
  holder: string;
  ttlMs: number;
};

/**
 * Work that one of several processes on one database does. The database's clock decides, so that clocks of machines may
 * differ. A holder that cannot reach the database any more gives up before its lease ends.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #db: Database;
  readonly #clock: Clock;
  /** Monotonic time at which the last renewal that succeeded was asked for. */
  #renewedAt: number | undefined;
  #renewing: Promise<boolean> | undefined;

  constructor(options: LeaseOptions, deps: { db: Database; clock: Clock }) {
    this.#options = options;
    this.#db = deps.db;
    this.#clock = deps.clock;
  }

  /** Takes or renews the lease; true while it is ours. Asks the database a few times per term at most. */
  async hold(): Promise<boolean> {
    if (this.#age() < this.#options.ttlMs / 3) return true;
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return await this.#renewing;
  }

  /** Lets another process take over at once. */
  async release(): Promise<void> {
    this.#renewedAt = undefined;
    const { name, holder } = this.#options;
    await this.#db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute();
  }

  async #renew(): Promise<boolean> {
    const { name, holder, ttlMs } = this.#options;
    const asked = this.#clock.monotonic();
    try {
      const end = sql<Date>`now() + make_interval(secs => ${ttlMs / 1_000})`;
      const rows = await this.#db
        .insertInto('leases')
        .values({ name, holder, expires_at: end })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, expires_at: end })
            .where((eb) => eb.or([eb('leases.holder', '=', holder), eb('leases.expires_at', '<', sql<Date>`now()`)])),
        )
        .returning('holder')
        .execute();
      this.#renewedAt = rows.length > 0 ? asked : undefined;
      return rows.length > 0;
    } catch (error) {
      // Still ours by the database's clock; the last fifth is for clocks that run at different speeds.
      if (this.#age() < this.#options.ttlMs * 0.8) return true;
      throw error;
    }
  }

  #age(): number {
    return this.#renewedAt === undefined ? Number.POSITIVE_INFINITY : this.#clock.monotonic() - this.#renewedAt;
  }
}
