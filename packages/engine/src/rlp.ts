/** Bytes, or a list of such. */
export type RlpItem = Uint8Array | RlpItem[];

/** An item that somebody has encoded already. */
export class EncodedRlp {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** What can be encoded. */
export type RlpSource = Uint8Array | EncodedRlp | readonly RlpSource[];

function lengthOfLength(length: number): number {
  return length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
}

/** Size of an item's encoding given the size of its payload. */
const headed = (payload: number): number => payload + (payload < 56 ? 1 : 1 + lengthOfLength(payload));

function payloadSize(items: readonly RlpSource[]): number {
  let size = 0;
  for (const child of items) size += encodedSize(child);
  return size;
}

function encodedSize(item: RlpSource): number {
  if (item instanceof Uint8Array) return item.length === 1 && item[0]! < 0x80 ? 1 : headed(item.length);
  return item instanceof EncodedRlp ? item.bytes.length : headed(payloadSize(item));
}

function writeHead(out: Uint8Array, at: number, offset: 0x80 | 0xc0, payload: number): number {
  if (payload < 56) {
    out[at] = offset + payload;
    return at + 1;
  }
  const size = lengthOfLength(payload);
  out[at] = offset + 55 + size;
  for (let i = size; i > 0; i--) {
    out[at + i] = payload & 0xff;
    payload >>>= 8;
  }
  return at + 1 + size;
}

function write(out: Uint8Array, at: number, item: RlpSource): number {
  if (item instanceof Uint8Array) {
    if (item.length === 1 && item[0]! < 0x80) {
      out[at] = item[0]!;
      return at + 1;
    }
    at = writeHead(out, at, 0x80, item.length);
    out.set(item, at);
    return at + item.length;
  }
  if (item instanceof EncodedRlp) {
    out.set(item.bytes, at);
    return at + item.bytes.length;
  }
  at = writeHead(out, at, 0xc0, payloadSize(item));
  for (const child of item) at = write(out, at, child);
  return at;
}

/** RLP (yellow paper, appendix B) of bytes or nested lists. */
export function encodeRlp(item: RlpSource): Uint8Array {
  const out = new Uint8Array(encodedSize(item));
  write(out, 0, item);
  return out;
}

/** The bytes are not the canonical RLP of one item. */
export class RlpError extends Error {
  override readonly name = 'RlpError';
}

type Cursor = { bytes: Uint8Array; at: number };

function readLength(cursor: Cursor, size: number, end: number): number {
  if (cursor.at + size > end) throw new RlpError('length runs past the end');
  let length = 0;
  for (let i = 0; i < size; i++) length = length * 256 + cursor.bytes[cursor.at + i]!;
  if (cursor.bytes[cursor.at] === 0 || length < 56) throw new RlpError('length is not minimal');
  cursor.at += size;
  return length;
}

const MAX_DEPTH = 64;

function read(cursor: Cursor, end: number, depth: number): RlpItem {
  if (cursor.at >= end) throw new RlpError('unexpected end');
  if (depth > MAX_DEPTH) throw new RlpError('nested too deeply');
  const { bytes } = cursor;
  const head = bytes[cursor.at++]!;
  if (head < 0x80) return bytes.subarray(cursor.at - 1, cursor.at);
  if (head < 0xc0) {
    const length = head < 0xb8 ? head - 0x80 : readLength(cursor, head - 0xb7, end);
    const start = cursor.at;
    if (start + length > end) throw new RlpError('string runs past the end');
    if (head === 0x81 && bytes[start]! < 0x80) throw new RlpError('single byte is not minimal');
    cursor.at = start + length;
    return bytes.subarray(start, cursor.at);
  }
  const length = head < 0xf8 ? head - 0xc0 : readLength(cursor, head - 0xf7, end);
  const listEnd = cursor.at + length;
  if (listEnd > end) throw new RlpError('list runs past the end');
  const items: RlpItem[] = [];
  while (cursor.at < listEnd) items.push(read(cursor, listEnd, depth + 1));
  return items;
}

/** Strict inverse of {@link encodeRlp}: non-minimal forms and trailing bytes are refused. Strings are views. @throws RlpError */
export function decodeRlp(bytes: Uint8Array): RlpItem {
  const cursor = { bytes, at: 0 };
  const item = read(cursor, bytes.length, 0);
  if (cursor.at !== bytes.length) throw new RlpError('trailing bytes');
  return item;
}
