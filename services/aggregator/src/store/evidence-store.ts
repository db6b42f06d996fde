import type { AvsEvidence } from '@tephra/api';
import type { Database } from '@tephra/db';
import type { Hash, Hex } from '@tephra/protocol';
import type { CountedResponse } from '../tasks/build-certificate.ts';
import type { StoredTask } from './task-store.ts';

export type EvidenceKind = 'conflicting' | 'wrong';

/** Signed statements that speak against their signers. They outlive the tasks they belong to. */
export class EvidenceStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Keeps a statement once; of two kinds the first stays. Signers that are no members are passed over. */
  async add(
    stored: Pick<StoredTask, 'task' | 'set'>,
    kind: EvidenceKind,
    responses: readonly (CountedResponse & { receivedAt: Date })[],
  ): Promise<number> {
    const rows = responses.flatMap((response) => {
      const member = stored.set.get(response.operatorId);
      if (!member) return [];
      return [
        {
          avs: stored.task.avs,
          task_id: stored.task.taskId,
          content: stored.task.content,
          kind,
          operator_id: response.operatorId,
          operator: member.address,
          response: response.response,
          digest: response.digest,
          signature_x: response.signature.x,
          signature_y: response.signature.y,
          keys: JSON.stringify({ g1: member.g1, g2: member.g2 }),
          received_at: response.receivedAt,
        },
      ];
    });
    if (rows.length === 0) return 0;
    const written = await this.#db
      .insertInto('avs_evidence')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .returning('number')
      .execute();
    return written.length;
  }

  /** Newest first, `before` excluded. */
  async page(avs: string, limit: number, before?: number): Promise<AvsEvidence[]> {
    let query = this.#db
      .selectFrom('avs_evidence')
      .selectAll()
      .where('avs', '=', avs)
      .orderBy('number', 'desc')
      .limit(limit);
    if (before !== undefined) query = query.where('number', '<', before);
    return (await query.execute()).map((row) => {
      const keys = row.keys as { g1: AvsEvidence['pubkeyG1']; g2: AvsEvidence['pubkeyG2'] };
      return {
        id: String(row.number),
        kind: row.kind as EvidenceKind,
        taskId: row.task_id,
        task: row.content as Hex,
        operatorId: row.operator_id as Hash,
        operator: row.operator as AvsEvidence['operator'],
        response: row.response as Hex,
        digest: row.digest as Hash,
        signature: { x: row.signature_x as Hash, y: row.signature_y as Hash },
        pubkeyG1: keys.g1,
        pubkeyG2: keys.g2,
        receivedAt: row.received_at.toISOString(),
      };
    });
  }
}
