import { crc32 } from 'node:zlib';
import {
  bigIntToBytes,
  bytesToBigInt,
  bytesToHex,
  decodeRlp,
  encodeRlp,
  hexToBytes,
  type RlpItem,
} from '@tephra/engine';
import {
  type Address,
  decodeSystemTransaction,
  encodeSystemTransaction,
  type Hash,
  type Hex,
  isForced,
  type L1Origin,
  type OriginTransaction,
} from '@tephra/protocol';
import type { Setback } from '../chain.ts';

/** What happened on the way to the next block, in order. */
export type JournalRecord =
  /** A block was opened. */
  | {
      kind: 'begin';
      number: bigint;
      parentHash: Hash;
      timestamp: bigint;
      l1Origin: L1Origin;
      protocolTransactions: OriginTransaction[];
    }
  /** A transaction was executed on the open block. */
  | { kind: 'executed'; raw: Uint8Array; sender: Address }
  /** A transaction was taken in and waits for its turn. */
  | { kind: 'queued'; raw: Uint8Array; sender: Address }
  /** The open block was sealed. */
  | { kind: 'seal'; number: bigint; hash: Hash }
  /** Everything after block `number` is void. First record of its segment. */
  | { kind: 'rollback'; number: bigint; cause: Setback };

const KINDS = ['begin', 'executed', 'queued', 'seal', 'rollback'] as const;
/** Length and checksum. */
export const RECORD_HEAD = 8;
/** No record is larger; a length beyond it is garbage. */
const MAX_RECORD = 64 * 1024 * 1024;

/** `length u32 | crc32 u32 | kind u8 | rlp`, big-endian; length and checksum cover kind and rlp. */
export function encodeRecord(record: JournalRecord): Buffer {
  const payload = encodeRlp(toRlp(record));
  const out = Buffer.allocUnsafe(RECORD_HEAD + 1 + payload.length);
  out.writeUInt32BE(payload.length + 1, 0);
  out[RECORD_HEAD] = KINDS.indexOf(record.kind);
  out.set(payload, RECORD_HEAD + 1);
  out.writeUInt32BE(crc32(out.subarray(RECORD_HEAD)), 4);
  return out;
}

/** The record at `offset` and where the next begins; null where the bytes are not a whole, undamaged record. */
export function decodeRecord(bytes: Buffer, offset: number): { record: JournalRecord; next: number } | null {
  if (offset + RECORD_HEAD > bytes.length) return null;
  const length = bytes.readUInt32BE(offset);
  const start = offset + RECORD_HEAD;
  if (length < 2 || length > MAX_RECORD || start + length > bytes.length) return null;
  const body = bytes.subarray(start, start + length);
  if (crc32(body) !== bytes.readUInt32BE(offset + 4)) return null;
  const kind = KINDS[body[0]!];
  if (kind === undefined) return null;
  return { record: fromRlp(kind, decodeRlp(body.subarray(1)) as RlpItem[]), next: start + length };
}

function toRlp(record: JournalRecord): RlpItem[] {
  switch (record.kind) {
    case 'begin':
      return [
        bigIntToBytes(record.number),
        hexToBytes(record.parentHash),
        bigIntToBytes(record.timestamp),
        bigIntToBytes(record.l1Origin.number),
        hexToBytes(record.l1Origin.hash),
        bigIntToBytes(record.l1Origin.timestamp),
        // A list is a forced transaction, a string a system transaction.
        record.protocolTransactions.map((transaction) =>
          isForced(transaction)
            ? [bigIntToBytes(transaction.inboxIndex), hexToBytes(transaction.raw)]
            : hexToBytes(encodeSystemTransaction(transaction)),
        ),
      ];
    case 'executed':
    case 'queued':
      return [record.raw, hexToBytes(record.sender)];
    case 'seal':
      return [bigIntToBytes(record.number), hexToBytes(record.hash)];
    case 'rollback': {
      const { cause } = record;
      const why = cause.reason === 'l1-reorg' ? [] : [cause.packIndex, cause.revertEpoch].map(bigIntToBytes);
      return [bigIntToBytes(record.number), ...why];
    }
  }
}

function originTransactionFrom(item: RlpItem): OriginTransaction {
  if (item instanceof Uint8Array) return decodeSystemTransaction(bytesToHex(item));
  const [inboxIndex, raw] = item as Uint8Array[];
  return { inboxIndex: bytesToBigInt(inboxIndex!), raw: bytesToHex(raw!) };
}

function fromRlp(kind: JournalRecord['kind'], fields: RlpItem[]): JournalRecord {
  const bytes = (index: number): Uint8Array => fields[index] as Uint8Array;
  const integer = (index: number): bigint => bytesToBigInt(bytes(index));
  const hex = (index: number): Hex => bytesToHex(bytes(index));
  switch (kind) {
    case 'begin':
      return {
        kind,
        number: integer(0),
        parentHash: hex(1),
        timestamp: integer(2),
        l1Origin: { number: integer(3), hash: hex(4), timestamp: integer(5) },
        protocolTransactions: (fields[6] as RlpItem[]).map(originTransactionFrom),
      };
    case 'executed':
    case 'queued':
      return { kind, raw: bytes(0), sender: hex(1) };
    case 'seal':
      return { kind, number: integer(0), hash: hex(1) };
    case 'rollback':
      return {
        kind,
        number: integer(0),
        cause:
          fields.length < 3
            ? { reason: 'l1-reorg' }
            : { reason: 'packs-reverted', packIndex: integer(1), revertEpoch: integer(2) },
      };
  }
}
