import { isTephraError, type TypedEmitter } from '@tephra/core';
import { SubmitError, type Task } from '../aggregator/index.ts';
import type { ChainEvents, SubmitResult } from '../chain.ts';
import type { Journal, JournalRecord } from '../journal/index.ts';
import type { BlockBuilder } from '../transition/index.ts';

type Executed = Extract<SubmitResult, { kind: 'executed' }>;
type Deps = { journal: Journal; events: TypedEmitter<ChainEvents> };

/** Tells the submitter, and for executed transactions everybody, once the record is on disk. */
export function acknowledge({ journal, events }: Deps, record: JournalRecord, task: Task, result: SubmitResult): void {
  journal.append(record);
  const tell = (): void => {
    if (result.kind === 'executed') events.emit('executed', result);
  };
  journal.whenCommitted(
    (error) => {
      if (error === undefined) {
        task.resolve(result);
        tell();
        return;
      }
      task.reject(asSubmitError(error));
      // Once there is room again it counts all the same; what else went wrong the seal reports.
      journal.whenCommitted((later) => later === undefined && tell());
    },
    { impatient: true },
  );
}

/** Tells everybody of the forced transactions with which the block began. */
export function announceForced({ journal, events }: Deps, builder: BlockBuilder): void {
  const { transactions, receipts } = builder.open;
  const parentHash = builder.parent.header.hash;
  const executed = transactions.flatMap((transaction, index): Executed[] => {
    if (transaction.inboxIndex === undefined) return [];
    return [{ kind: 'executed', hash: transaction.hash, transaction, receipt: receipts[index]!, parentHash }];
  });
  if (executed.length === 0) return;
  journal.commit().then(
    () => {
      for (const result of executed) events.emit('executed', result);
    },
    () => undefined, // The seal reports it.
  );
}

/** Resolves when what was appended is on disk. @throws SubmitError DISK_FULL, or what else the journal fails with */
export async function onDisk(journal: Journal): Promise<void> {
  try {
    await journal.commit({ impatient: true });
  } catch (error) {
    throw asSubmitError(error);
  }
}

const asSubmitError = (error: unknown): unknown => (isTephraError(error, 'DISK_FULL') ? diskFull(error) : error);

/** @param cause given when the transaction was taken in already, so that it may count later */
export function diskFull(cause?: unknown): SubmitError {
  const uncertain = cause === undefined ? '' : ' This one counts if it can be written later: ask for its receipt then.';
  return new SubmitError('DISK_FULL', `the node's disk is full: it takes no transactions.${uncertain}`, {
    retryable: true,
    hint: 'Send it again when the operator has freed space.',
    cause,
  });
}
