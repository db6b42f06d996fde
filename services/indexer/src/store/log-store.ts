import type { Database, Schema } from '@tephra/db';
import type { Transaction } from 'kysely';
import type { IndexedLog } from '../follow/decode-log.ts';

/** A block that was read. */
export type ReadBlock = { number: number; hash: string; at: Date };

/** What one step of reading adds: logs of the blocks above the cursor, up to the newest of `blocks`. */
export type Step = {
  /** Cursor before the step. */
  after: number;
  /** Cursor after it. */
  to: number;
  /** At least the block `to`, and every block that holds a log. */
  blocks: ReadBlock[];
  logs: IndexedLog[];
};

const NAME = 'restaking';
/** A magnitude of 1: nothing was slashed. */
const WAD = (10n ** 18n).toString();
/** Blocks whose hash is remembered: an L1 reorg deeper than this makes the index read everything again. */
export const WINDOW = 512;
/** Rows per statement: PostgreSQL takes 65,535 parameters. */
const ROWS = 1_000;

const SHARE_EVENTS: Record<string, 1 | -1> = { OperatorSharesIncreased: 1, OperatorSharesDecreased: -1 };
const ZERO_ADDRESS = `0x${'00'.repeat(20)}`;

/** The index as rows; all of a step, or nothing of it, is written. */
export class LogStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Cursor and remembered blocks of `source`, ascending. An index of another source is deleted. */
  async open(source: string, firstBlock: number): Promise<{ cursor: number; blocks: ReadBlock[] }> {
    const known = await this.#db.selectFrom('indexer_cursors').selectAll().where('name', '=', NAME).executeTakeFirst();
    if (known?.source === source) {
      const blocks = await this.#db
        .selectFrom('indexer_blocks')
        .select(['number', 'hash', 'at'])
        .where('name', '=', NAME)
        .orderBy('number')
        .execute();
      return { cursor: known.block, blocks };
    }
    const cursor = firstBlock - 1;
    await this.#db.transaction().execute(async (transaction) => {
      // The cursor first: it is the lock, so rows that another reader is just adding are there when all are deleted.
      await transaction
        .insertInto('indexer_cursors')
        .values({ name: NAME, source, block: cursor })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ source, block: cursor }))
        .execute();
      await this.#deleteAbove(transaction, -1);
    });
    return { cursor, blocks: [] };
  }

  /** Newest block that was read, undefined before the first. */
  async cursor(): Promise<number | undefined> {
    const row = await this.#db
      .selectFrom('indexer_cursors')
      .select('block')
      .where('name', '=', NAME)
      .executeTakeFirst();
    return row?.block;
  }

  /** False when the cursor is not where the step begins: somebody else reads into this database. */
  append(step: Step): Promise<boolean> {
    return this.#db.transaction().execute(async (transaction) => {
      const moved = await transaction
        .updateTable('indexer_cursors')
        .set({ block: step.to })
        .where('name', '=', NAME)
        .where('block', '=', step.after)
        .executeTakeFirst();
      if (moved.numUpdatedRows === 0n) return false;
      const at = new Map(step.blocks.map((block) => [block.number, block.at]));
      const changes: IndexedLog[] = [];
      const others: IndexedLog[] = [];
      for (const log of step.logs) (log.event in SHARE_EVENTS ? changes : others).push(log);
      for (const rows of chunks(others)) {
        await transaction
          .insertInto('restaking_logs')
          .values(
            rows.map((log) => ({
              block: log.block,
              log_index: log.logIndex,
              at: at.get(log.block)!,
              transaction_hash: log.transactionHash,
              source: log.source,
              contract: log.contract,
              event: log.event,
              operator: log.operator,
              staker: log.staker,
              avs: log.avs,
              args: JSON.stringify(log.args),
            })),
          )
          .execute();
      }
      await this.#insertChanges(transaction, step, at);
      const remembered = step.blocks.filter(({ number }) => number > step.to - WINDOW);
      for (const rows of chunks(remembered)) {
        await transaction
          .insertInto('indexer_blocks')
          .values(rows.map((block) => ({ name: NAME, ...block })))
          .execute();
      }
      await transaction
        .deleteFrom('indexer_blocks')
        .where('name', '=', NAME)
        .where('number', '<=', step.to - WINDOW)
        .execute();
      return true;
    });
  }

  /** Takes back everything that was read above `block`. */
  async dropAbove(block: number): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      // First, as in `open`. Another reader may have gone further back already.
      await transaction
        .updateTable('indexer_cursors')
        .set({ block })
        .where('name', '=', NAME)
        .where('block', '>', block)
        .execute();
      await this.#deleteAbove(transaction, block);
    });
  }

  async #deleteAbove(transaction: Transaction<Schema>, block: number): Promise<void> {
    await transaction.deleteFrom('restaking_logs').where('block', '>', block).execute();
    await transaction.deleteFrom('restaking_share_changes').where('block', '>', block).execute();
    await transaction.deleteFrom('indexer_blocks').where('name', '=', NAME).where('number', '>', block).execute();
  }

  /** Changes of shares, each with the magnitude at which it was made, in the order of the logs. */
  async #insertChanges(transaction: Transaction<Schema>, step: Step, at: Map<number, Date>): Promise<void> {
    const magnitudes = new Map<string, string>();
    const rows = [];
    for (const log of step.logs) {
      const strategy = String(log.args.strategy);
      const key = `${log.operator} ${strategy}`;
      if (log.event === 'MaxMagnitudeUpdated') magnitudes.set(key, String(log.args.maxMagnitude));
      const sign = SHARE_EVENTS[log.event];
      if (sign === undefined || log.operator === null) continue;
      let magnitude = magnitudes.get(key);
      if (magnitude === undefined) {
        magnitude = await magnitudeBefore(transaction, log.operator, strategy, step.after);
        magnitudes.set(key, magnitude);
      }
      const shares = String(log.args.shares);
      rows.push({
        block: log.block,
        log_index: log.logIndex,
        at: at.get(log.block)!,
        operator: log.operator,
        staker: log.staker === ZERO_ADDRESS ? null : log.staker,
        strategy,
        delta: sign < 0 ? `-${shares}` : shares,
        max_magnitude: magnitude,
      });
    }
    for (const part of chunks(rows)) {
      await transaction.insertInto('restaking_share_changes').values(part).execute();
    }
  }
}

async function magnitudeBefore(
  transaction: Transaction<Schema>,
  operator: string,
  strategy: string,
  block: number,
): Promise<string> {
  const row = await transaction
    .selectFrom('restaking_logs')
    .select('args')
    .where('source', '=', 'allocation')
    .where('event', '=', 'MaxMagnitudeUpdated')
    .where('operator', '=', operator)
    .where('block', '<=', block)
    .where((eb) => eb(eb.ref('args', '->>').key('strategy' as never), '=', strategy))
    .orderBy('block', 'desc')
    .orderBy('log_index', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? String(row.args.maxMagnitude) : WAD;
}

function* chunks<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += ROWS) yield items.slice(start, start + ROWS);
}
