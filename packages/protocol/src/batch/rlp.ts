import { EMPTY } from './bytes.ts';

/** A decoded RLP item; byte strings are views into the source. */
export type RlpItem = Uint8Array | RlpItem[];

/** Transactions nest access lists three deep. */
const MAX_DEPTH = 8;

/** Reads one item that fills `source` exactly; null when it is not RLP. Tolerates forms that are not the shortest. */
export function rlpDecode(source: Uint8Array): RlpItem | null {
  const result = item(source, 0, source.length, 0);
  return result && result.end === source.length ? result.item : null;
}

type Parsed = { item: RlpItem; end: number };

function item(source: Uint8Array, start: number, limit: number, depth: number): Parsed | null {
  const head = source[start];
  if (head === undefined || start >= limit || depth > MAX_DEPTH) return null;
  if (head < 0x80) return { item: source.subarray(start, start + 1), end: start + 1 };
  const list = head >= 0xc0;
  const short = head - (list ? 0xc0 : 0x80);
  let from = start + 1;
  let length = short;
  if (short > 55) {
    const bytes = short - 55;
    if (bytes > 4 || from + bytes > limit) return null;
    length = 0;
    for (let i = 0; i < bytes; i++) length = length * 256 + (source[from + i] ?? 0);
    from += bytes;
  }
  const end = from + length;
  if (end > limit) return null;
  if (!list) return { item: source.subarray(from, end), end };
  const items: RlpItem[] = [];
  while (from < end) {
    const child = item(source, from, end, depth + 1);
    if (!child) return null;
    items.push(child.item);
    from = child.end;
  }
  return { item: items, end };
}

/** Canonical RLP, after `prefix` (the type byte of a typed transaction). */
export function rlpEncode(value: RlpItem, prefix: Uint8Array = EMPTY): Uint8Array {
  const output = new Uint8Array(prefix.length + encodedLength(value));
  output.set(prefix);
  write(value, output, prefix.length);
  return output;
}

function encodedLength(value: RlpItem): number {
  if (value instanceof Uint8Array) {
    return value.length === 1 && value[0]! < 0x80 ? 1 : headLength(value.length) + value.length;
  }
  const length = contentLength(value);
  return headLength(length) + length;
}

function contentLength(items: RlpItem[]): number {
  let length = 0;
  for (const child of items) length += encodedLength(child);
  return length;
}

function headLength(length: number): number {
  if (length < 56) return 1;
  return length < 256 ? 2 : length < 65_536 ? 3 : 4;
}

function write(value: RlpItem, output: Uint8Array, at: number): number {
  if (value instanceof Uint8Array) {
    if (value.length === 1 && value[0]! < 0x80) {
      output[at] = value[0]!;
      return at + 1;
    }
    const from = writeHead(output, at, value.length, 0x80);
    output.set(value, from);
    return from + value.length;
  }
  let position = writeHead(output, at, contentLength(value), 0xc0);
  for (const child of value) position = write(child, output, position);
  return position;
}

function writeHead(output: Uint8Array, at: number, length: number, base: number): number {
  if (length < 56) {
    output[at] = base + length;
    return at + 1;
  }
  const bytes = headLength(length) - 1;
  output[at] = base + 55 + bytes;
  for (let i = 0; i < bytes; i++) output[at + 1 + i] = (length >>> (8 * (bytes - 1 - i))) & 255;
  return at + 1 + bytes;
}
