import type { Setback } from '../chain.ts';
import type { JournalRecord } from '../journal/index.ts';

type Begin = Extract<JournalRecord, { kind: 'begin' }>;
type Executed = Extract<JournalRecord, { kind: 'executed' }>;
type Queued = Extract<JournalRecord, { kind: 'queued' }>;
type Seal = Extract<JournalRecord, { kind: 'seal' }>;

export type JournaledBlock = { begin: Begin; executed: Executed[]; seal: Seal | null };
export type ReplayPlan = {
  /** Blocks of the database after this one are void unless the journal sealed them again. */
  rollbackTo: { number: bigint; cause: Setback } | null;
  blocks: JournaledBlock[];
  /** Taken in and not known to be executed, in order of arrival. */
  queued: Queued[];
};

/** What the records of a journal ask for. A block that was begun again counts from there. */
export function planReplay(records: JournalRecord[]): ReplayPlan {
  const plan: ReplayPlan = { rollbackTo: null, blocks: [], queued: [] };
  for (const record of records) {
    const last = plan.blocks.at(-1);
    switch (record.kind) {
      case 'begin':
        if (last !== undefined && last.seal === null) plan.blocks.pop();
        plan.blocks.push({ begin: record, executed: [], seal: null });
        break;
      case 'executed':
        last?.executed.push(record);
        break;
      case 'seal':
        if (last !== undefined) last.seal = record;
        break;
      case 'queued':
        plan.queued.push(record);
        break;
      case 'rollback':
        plan.rollbackTo = { number: record.number, cause: record.cause };
        plan.blocks = [];
        break;
    }
  }
  return plan;
}
