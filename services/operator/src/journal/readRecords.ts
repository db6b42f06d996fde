import { OperatorError } from '../errors.ts';
import { decodeRecord, type JournalRecord } from './record.ts';

/** What to do about a journal that is not whole. */
export const DAMAGED_HINT =
  'Move the folder away and start with an empty one: the aggregator then tells up to where tasks must not be answered again.';

/**
 * Records of a log and the byte behind the last whole one. What follows it was never synced, so nothing in it was signed,
 * unless a whole line follows: then the disk lost what it had promised to hold.
 * @throws OperatorError JOURNAL_DAMAGED
 */
export function readRecords(bytes: Buffer, path: string): { records: JournalRecord[]; end: number } {
  const records: JournalRecord[] = [];
  const sequences = new Map<string, number>();
  let end = 0;
  let torn = false;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const next = newline === -1 ? bytes.length : newline + 1;
    const record = newline === -1 ? undefined : decodeRecord(bytes.toString('utf8', start, newline));
    if (record === undefined) torn = true;
    else {
      if (torn || !follows(record, sequences)) {
        throw new OperatorError('JOURNAL_DAMAGED', `${path} is damaged at byte ${torn ? end : start}`, {
          details: { path, byte: torn ? end : start },
          hint: DAMAGED_HINT,
        });
      }
      records.push(record);
      end = next;
    }
    start = next;
  }
  return { records, end };
}

/** Decisions of an AVS are numbered upwards; behind a floor, or at the head of a compacted log, there may be gaps. */
function follows(record: JournalRecord, sequences: Map<string, number>): boolean {
  if (record.kind === 'floor') sequences.set(record.avs, Math.max(sequences.get(record.avs) ?? 0, record.sequence));
  if (record.kind !== 'sign') return true;
  const last = sequences.get(record.avs) ?? 0;
  if (record.sequence > last + 1) return false;
  sequences.set(record.avs, Math.max(last, record.sequence));
  return true;
}
