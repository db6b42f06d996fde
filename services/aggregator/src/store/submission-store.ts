import type { Database } from '@tephra/db';
import type { Hash } from '@tephra/protocol';

/** What becomes of certificates on their way to the L1. */
export class SubmissionStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Numbers of tasks whose certificate should be sent, or looked after, now; oldest first. */
  async due(avs: string, now: Date, limit: number): Promise<number[]> {
    const rows = await this.#db
      .selectFrom('avs_tasks')
      .select('number')
      .where('avs', '=', avs)
      .where('state', 'in', ['certified', 'submitted'])
      .where('next_attempt_at', '<=', now)
      .orderBy('number')
      .limit(limit)
      .execute();
    return rows.map(({ number }) => number);
  }

  /** Before a transaction goes out: its hash is known from here on, whatever happens. */
  async sending(number: number, transactionHash: Hash): Promise<void> {
    await this.#set(number, { state: 'submitted', transaction_hash: transactionHash });
  }

  async confirmed(number: number, transactionHash: Hash | null): Promise<void> {
    await this.#set(number, {
      state: 'confirmed',
      reason: null,
      ...(transactionHash ? { transaction_hash: transactionHash } : {}),
    });
  }

  async again(number: number, input: { reason: string; attempts: number; at: Date }): Promise<void> {
    await this.#set(number, { reason: input.reason, attempts: input.attempts, next_attempt_at: input.at });
  }

  /** Numbers of confirmed tasks that could still be answered anew, should the L1 take its answer back; newest first. */
  async answerable(avs: string, now: Date, limit: number): Promise<number[]> {
    const rows = await this.#db
      .selectFrom('avs_tasks')
      .select('number')
      .where('avs', '=', avs)
      .where('state', '=', 'confirmed')
      .where('expires_at', '>', now)
      .orderBy('number', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ number }) => number);
  }

  /** The L1 has it no more: it is sent again. */
  async reopen(number: number, now: Date): Promise<void> {
    await this.#db
      .updateTable('avs_tasks')
      .set({ state: 'certified', next_attempt_at: now, reason: 'the L1 was reorganised' })
      .where('number', '=', number)
      .where('state', '=', 'confirmed')
      .execute();
  }

  async failed(number: number, reason: string): Promise<void> {
    await this.#set(number, { state: 'failed', reason });
  }

  async #set(
    number: number,
    values: {
      state?: string;
      reason?: string | null;
      transaction_hash?: string;
      attempts?: number;
      next_attempt_at?: Date;
    },
  ): Promise<void> {
    // What is confirmed stays so, even when a replica that lost its lease comes late.
    await this.#db
      .updateTable('avs_tasks')
      .set(values)
      .where('number', '=', number)
      .where('state', 'in', ['certified', 'submitted'])
      .execute();
  }
}
