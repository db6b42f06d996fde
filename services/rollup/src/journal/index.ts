export { Journal, JournalError, type JournalErrorCode } from './journal.ts';
export type { JournalRecord } from './record.ts';
