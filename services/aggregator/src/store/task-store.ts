import type { AvsTasksTable, Database } from '@tephra/db';
import type { AttestationCertificate, AttestationTask, Hash, Hex } from '@tephra/protocol';
import { type Selectable, sql } from 'kysely';
import type { CountedResponse } from '../tasks/build-certificate.ts';
import { OperatorSet, type SetMember } from '../tasks/operator-set.ts';

export type TaskState = 'open' | 'certified' | 'submitted' | 'confirmed' | 'expired' | 'failed';
export type Certificate = Omit<AttestationCertificate, 'submission'>;

/** A task as it stands in the database. */
export type StoredTask = {
  /** Order of arrival. */
  number: number;
  task: AttestationTask;
  set: OperatorSet;
  state: TaskState;
  createdAt: Date;
  certifiedAt: Date | null;
  certificate: Certificate | null;
  transactionHash: Hash | null;
  reason: string | null;
  attempts: number;
};

/** An answer as it stands in the database. */
export type StoredResponse = CountedResponse & { taskNumber: number; wrong: boolean; receivedAt: Date };

type Row = Selectable<AvsTasksTable>;

const MAX_SETS = 64;

/** Rows of tasks and answers. What is counted has been written before. */
export class TaskStore {
  readonly #db: Database;
  /** Sets are large and repeat from task to task. */
  readonly #sets = new Map<string, OperatorSet>();

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Stores a task unless it is there. One of the same id but another content, which an L1 reorg makes, takes its place with
   * no answers.
   */
  async add(task: AttestationTask, set: OperatorSet, now: Date): Promise<StoredTask> {
    return await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('avs_operator_sets')
        .values({ avs: task.avs, hash: set.hash, operators: JSON.stringify(set.members) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const insert = transaction
        .insertInto('avs_tasks')
        .values({
          avs: task.avs,
          task_id: task.taskId,
          reference_block: task.referenceBlockNumber,
          quorums: JSON.stringify(task.quorumNumbers),
          thresholds: JSON.stringify(task.thresholdPercentages),
          content: task.content,
          operator_set: set.hash,
          created_at: now,
          expires_at: new Date(task.expiresAt),
          state: 'open',
        })
        .onConflict((conflict) => conflict.doNothing());
      await insert.execute();
      const old = await transaction
        .selectFrom('avs_tasks')
        .select(['content', 'number'])
        .where('avs', '=', task.avs)
        .where('task_id', '=', task.taskId)
        .executeTakeFirstOrThrow();
      if (old.content !== task.content) {
        await transaction.deleteFrom('avs_tasks').where('number', '=', old.number).execute();
        await insert.execute();
      }
      const row = await transaction
        .selectFrom('avs_tasks')
        .selectAll()
        .where('avs', '=', task.avs)
        .where('task_id', '=', task.taskId)
        .executeTakeFirstOrThrow();
      const [stored] = await this.#tasksOf([row], transaction);
      return stored!;
    });
  }

  async find(avs: string, taskId: string): Promise<StoredTask | undefined> {
    const rows = await this.#rows().where('avs', '=', avs).where('task_id', '=', taskId).execute();
    const [stored] = await this.#tasksOf(rows);
    return stored;
  }

  async byNumbers(numbers: readonly number[]): Promise<StoredTask[]> {
    if (numbers.length === 0) return [];
    return await this.#tasksOf(await this.#rows().where('number', 'in', numbers).orderBy('number').execute());
  }

  /** Tasks that still take answers. */
  async answerable(avs: string, now: Date): Promise<StoredTask[]> {
    const rows = await this.#rows().where('avs', '=', avs).where('expires_at', '>', now).orderBy('number').execute();
    return await this.#tasksOf(rows);
  }

  /** Newest first, `before` excluded. */
  async page(avs: string, limit: number, before?: number): Promise<StoredTask[]> {
    let query = this.#rows().where('avs', '=', avs).orderBy('number', 'desc').limit(limit);
    if (before !== undefined) query = query.where('number', '<', before);
    return await this.#tasksOf(await query.execute());
  }

  async responsesOf(numbers: readonly number[]): Promise<StoredResponse[]> {
    if (numbers.length === 0) return [];
    const rows = await this.#db.selectFrom('avs_responses').selectAll().where('task_number', 'in', numbers).execute();
    return rows.map((row) => ({
      taskNumber: row.task_number,
      operatorId: row.operator_id as Hash,
      digest: row.digest as Hash,
      response: row.response as Hex,
      signature: { x: row.signature_x as Hex, y: row.signature_y as Hex },
      wrong: row.wrong,
      receivedAt: row.received_at,
    }));
  }

  /** Writes first answers; gives those that are written, not those of operators that had answered already. */
  async addResponses(
    avs: string,
    responses: readonly (StoredResponse & { journalSequence: number })[],
  ): Promise<{ taskNumber: number; operatorId: Hash }[]> {
    if (responses.length === 0) return [];
    return await this.#db.transaction().execute(async (transaction) => {
      const written = await transaction
        .insertInto('avs_responses')
        .values(
          responses.map(({ signature, ...response }) => ({
            task_number: response.taskNumber,
            operator_id: response.operatorId,
            digest: response.digest,
            response: response.response,
            signature_x: signature.x,
            signature_y: signature.y,
            wrong: response.wrong,
            received_at: response.receivedAt,
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .returning(['task_number', 'operator_id'])
        .execute();
      // One row per operator, in one order everywhere, so that replicas cannot wait for each other in a circle.
      const newest = new Map<Hash, (typeof responses)[number]>();
      for (const response of responses) {
        const known = newest.get(response.operatorId);
        if (!known || response.journalSequence > known.journalSequence) newest.set(response.operatorId, response);
      }
      await transaction
        .insertInto('avs_operators')
        .values(
          [...newest.values()]
            .sort((a, b) => (a.operatorId < b.operatorId ? -1 : 1))
            .map(({ operatorId, journalSequence, receivedAt }) => ({
              avs,
              operator_id: operatorId,
              journal_sequence: journalSequence,
              last_signed_at: receivedAt,
            })),
        )
        .onConflict((conflict) =>
          conflict.columns(['avs', 'operator_id']).doUpdateSet({
            journal_sequence: sql`greatest(avs_operators.journal_sequence, excluded.journal_sequence)`,
            last_signed_at: sql`greatest(avs_operators.last_signed_at, excluded.last_signed_at)`,
          }),
        )
        .execute();
      return written.map((row) => ({ taskNumber: row.task_number, operatorId: row.operator_id as Hash }));
    });
  }

  /** What is remembered of operators, by id. */
  async operators(avs: string, ids: readonly Hash[]): Promise<Map<Hash, { sequence: number; lastSignedAt: Date }>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('avs_operators')
      .selectAll()
      .where('avs', '=', avs)
      .where('operator_id', 'in', ids)
      .execute();
    return new Map(
      rows.map((row) => [
        row.operator_id as Hash,
        { sequence: row.journal_sequence, lastSignedAt: row.last_signed_at },
      ]),
    );
  }

  /** False when the task was certified by somebody else, or is over. */
  async certify(number: number, certificate: Certificate, now: Date): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('avs_tasks')
      .set({ state: 'certified', certified_at: now, certificate: JSON.stringify(certificate), next_attempt_at: now })
      .where('number', '=', number)
      .where('state', '=', 'open')
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** Ends open tasks whose time is over; gives how many. */
  async expire(avs: string, now: Date): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable('avs_tasks')
      .set({ state: 'expired' })
      .where('avs', '=', avs)
      .where('state', '=', 'open')
      .where('expires_at', '<=', now)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  /** Removes finished tasks that came before `before`, with their answers; evidence stays. Gives how many. */
  async forget(avs: string, before: Date): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('avs_tasks')
      .where('avs', '=', avs)
      .where('created_at', '<', before)
      .where('state', 'in', ['confirmed', 'expired', 'failed'])
      .executeTakeFirst();
    await this.#db
      .deleteFrom('avs_operator_sets')
      .where('avs_operator_sets.avs', '=', avs)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('avs_tasks')
              .select('number')
              .whereRef('avs_tasks.avs', '=', 'avs_operator_sets.avs')
              .whereRef('avs_tasks.operator_set', '=', 'avs_operator_sets.hash'),
          ),
        ),
      )
      .execute();
    return Number(numDeletedRows);
  }

  async countOpen(avs: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('avs_tasks')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('avs', '=', avs)
      .where('state', '=', 'open')
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  #rows() {
    return this.#db.selectFrom('avs_tasks').selectAll();
  }

  /** Sets are read once: they are large, never change, and many tasks share one. */
  async #tasksOf(rows: readonly Row[], db: Pick<Database, 'selectFrom'> = this.#db): Promise<StoredTask[]> {
    const found = new Map<string, OperatorSet>();
    for (const row of rows) {
      const key = setKey(row);
      if (found.has(key)) continue;
      const set = this.#sets.get(key) ?? (await this.#readSet(row, db));
      this.#sets.delete(key);
      this.#sets.set(key, set);
      if (this.#sets.size > MAX_SETS) this.#sets.delete([...this.#sets.keys()][0]!);
      found.set(key, set);
    }
    return rows.map((row) => taskOf(row, found.get(setKey(row))!));
  }

  async #readSet(row: Row, db: Pick<Database, 'selectFrom'>): Promise<OperatorSet> {
    const { operators } = await db
      .selectFrom('avs_operator_sets')
      .select('operators')
      .where('avs', '=', row.avs)
      .where('hash', '=', row.operator_set)
      .executeTakeFirstOrThrow();
    return new OperatorSet(row.quorums.length, operators as SetMember[]);
  }
}

function setKey(row: Row): string {
  return `${row.avs} ${row.operator_set}`;
}

function taskOf(row: Row, set: OperatorSet): StoredTask {
  return {
    number: row.number,
    task: {
      avs: row.avs,
      taskId: row.task_id,
      referenceBlockNumber: row.reference_block,
      quorumNumbers: row.quorums,
      thresholdPercentages: row.thresholds,
      expiresAt: row.expires_at.getTime(),
      content: row.content as Hex,
    },
    set,
    state: row.state as TaskState,
    createdAt: row.created_at,
    certifiedAt: row.certified_at,
    certificate: row.certificate as Certificate | null,
    transactionHash: row.transaction_hash as Hash | null,
    reason: row.reason,
    attempts: row.attempts,
  };
}

/** A stored certificate with what became of it, as callers see it. */
export function certificateOf(stored: StoredTask): AttestationCertificate | null {
  if (!stored.certificate) return null;
  const states = { certified: 'waiting', submitted: 'sent', confirmed: 'confirmed', failed: 'failed' } as const;
  const state = states[stored.state as keyof typeof states] ?? 'waiting';
  return {
    ...stored.certificate,
    submission: {
      state,
      transactionHash: stored.transactionHash,
      reason: state === 'confirmed' ? null : stored.reason,
    },
  };
}
