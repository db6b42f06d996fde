import { encodeRlp, keccak256 } from '@tephra/engine';
import { addressBytes, shortestBytes, wordBytes } from '../commit/hash.ts';
import { refBytes } from '../machine/bytes.ts';
import type { Log } from '../machine/context.ts';

/** A receipt in its consensus form (EIP-658, EIP-2718), in parts. */

export const EMPTY_BLOOM = new Uint8Array(256);
const BLOOM_HEAD = Uint8Array.of(0xb9, 0x01, 0x00);

/** Head of an RLP string (0x80) or list (0xc0). */
export function rlpHead(short: 0x80 | 0xc0, length: number): Uint8Array {
  if (length < 56) return Uint8Array.of(short + length);
  const size = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  const head = new Uint8Array(1 + size);
  head[0] = short + 55 + size;
  for (let i = size, rest = length; i > 0; i--, rest >>>= 8) head[i] = rest & 0xff;
  return head;
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** What stands before a log's data. */
function logHead({ address, topics, data }: Log): Uint8Array {
  // One byte below 0x80 is its own encoding.
  const isOwn = data.length === 1 && refBytes(data)[0]! < 0x80;
  const dataHead = isOwn ? new Uint8Array(0) : rlpHead(0x80, data.length);
  const fields = concat(encodeRlp(addressBytes(address)), encodeRlp(topics.map(wordBytes)), dataHead);
  return concat(rlpHead(0xc0, fields.length + data.length), fields);
}

/** Bytes of a log in a receipt. */
export const logLength = (log: Log): number => logHead(log).length + log.data.length;

/** Those from `from` to before `to`. */
export function logPart(log: Log, from: number, to: number): Uint8Array {
  const head = logHead(log);
  const start = Math.max(0, from - head.length);
  const data = refBytes(log.data, start, Math.max(0, to - head.length - start));
  return concat(head.subarray(Math.min(from, head.length), Math.min(to, head.length)), data);
}

type Head = {
  /** RLP of the path in the leaf. */
  path: Uint8Array;
  type: number;
  succeeded: boolean;
  cumulativeGas: bigint;
  bloom: Uint8Array;
  /** Bytes that the logs take. */
  payload: number;
};

/** The leaf of a trie of receipts up to the first log. */
export function receiptHead({ path, type, succeeded, cumulativeGas, bloom, payload }: Head): Uint8Array {
  const fields = concat(
    encodeRlp(succeeded ? Uint8Array.of(1) : new Uint8Array(0)),
    encodeRlp(shortestBytes(cumulativeGas)),
    BLOOM_HEAD,
    bloom,
    rlpHead(0xc0, payload),
  );
  const list = rlpHead(0xc0, fields.length + payload);
  const receipt = concat(type === 0 ? new Uint8Array(0) : Uint8Array.of(type), list, fields);
  const size = receipt.length + payload;
  const valueHead = rlpHead(0x80, size);
  return concat(rlpHead(0xc0, path.length + valueHead.length + size), path, valueHead, receipt);
}

/** The bloom with a log in it (yellow paper 4.3.1). */
export function addToBloom(bloom: Uint8Array, { address, topics }: Log): Uint8Array {
  const added = bloom.slice();
  for (const item of [addressBytes(address), ...topics.map(wordBytes)]) {
    const hash = keccak256(item);
    for (let i = 0; i < 6; i += 2) {
      const bit = ((hash[i]! << 8) | hash[i + 1]!) & 2047;
      added[255 - (bit >> 3)]! |= 1 << (bit & 7);
    }
  }
  return added;
}

export const orBlooms = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, i) => byte | b[i]!);
