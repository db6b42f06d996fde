import { crc32 } from 'node:zlib';
import type { Hash, Hex } from '@tephra/protocol';
import { z } from 'zod';

/** One decision: the answer that this key gives to a task, and no other. */
export type SignedDecision = {
  avs: string;
  taskKey: string;
  /** Counts the decisions of one AVS from 1 without gaps. */
  sequence: number;
  digest: Hash;
  /** The answer itself, as the AVS encodes it; what is sent to the aggregator. */
  response: Hex;
  /** When sending it makes no sense any more, milliseconds since the epoch. */
  expiresAt: number;
};

/**
 * - `sign`: a decision.
 * - `done`: its answer is with the aggregator, or of no use to it.
 * - `floor`: tasks of L1 blocks up to `block` are answered only as written here; the next decision comes after `sequence`.
 * - `archived`: so many decisions lie in the archive at least.
 */
export type JournalRecord =
  | ({ kind: 'sign' } & SignedDecision)
  | { kind: 'done'; avs: string; taskKey: string }
  | { kind: 'floor'; avs: string; block: number; sequence: number }
  | { kind: 'archived'; count: number };

const hex = z.custom<Hex>((value) => typeof value === 'string' && /^0x([0-9a-f]{2})*$/i.test(value));
const count = z.number().int().min(0);

const record: z.ZodType<JournalRecord> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sign'),
    avs: z.string(),
    taskKey: z.string(),
    sequence: count,
    digest: hex,
    response: hex,
    expiresAt: z.number(),
  }),
  z.object({ kind: z.literal('done'), avs: z.string(), taskKey: z.string() }),
  z.object({ kind: z.literal('floor'), avs: z.string(), block: count, sequence: count }),
  z.object({ kind: z.literal('archived'), count }),
]);

/** `<CRC-32 of the JSON, 8 hex digits> <JSON>\n`: people can read it, and a torn line shows. */
export function encodeRecord(value: JournalRecord): string {
  const json = JSON.stringify(value);
  return `${checksum(json)} ${json}\n`;
}

/** Undefined when the line (without its end) is not one that was written whole. */
export function decodeRecord(line: string): JournalRecord | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(json)) return undefined;
  try {
    return record.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
