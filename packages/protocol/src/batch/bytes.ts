import { CodecFault } from './batchError.ts';

/** Growing byte buffer. */
export class ByteWriter {
  private buffer = new Uint8Array(1024);
  private used = 0;

  get length(): number {
    return this.used;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.used++] = value;
  }

  bytes(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.used);
    this.used += value.length;
  }

  /** Little-endian base 128. */
  varint(value: bigint | number): void {
    let big = 0n;
    let small: number;
    if (typeof value === 'number') small = value;
    else if (value < SMALL) small = Number(value);
    else {
      for (big = value; big >= SMALL; big >>= 7n) this.byte(Number(big & 127n) | 128);
      small = Number(big);
    }
    for (; small >= 128; small = Math.floor(small / 128)) this.byte((small % 128) | 128);
    this.byte(small);
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.used);
  }

  private reserve(size: number): void {
    if (this.used + size <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.used + size));
    larger.set(this.buffer.subarray(0, this.used));
    this.buffer = larger;
  }
}

const SMALL = 1n << 48n;

/** Reads what {@link ByteWriter} writes. Throws CodecFault at the first byte that is not there. */
export class ByteReader {
  private readonly source: Uint8Array;
  private position = 0;

  constructor(source: Uint8Array) {
    this.source = source;
  }

  get remaining(): number {
    return this.source.length - this.position;
  }

  byte(): number {
    const value = this.source[this.position];
    if (value === undefined) throw new CodecFault('ends too early');
    this.position++;
    return value;
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) throw new CodecFault('ends too early');
    const value = this.source.subarray(this.position, this.position + length);
    this.position += length;
    return value;
  }

  /** Of at most 256 bits. */
  varint(): bigint {
    let small = 0;
    let factor = 1;
    for (let i = 0; i < 7; i++, factor *= 128) {
      const byte = this.byte();
      small += (byte & 127) * factor;
      if (byte < 128) {
        if (byte === 0 && i > 0) throw new CodecFault('number is not in its shortest form');
        return BigInt(small);
      }
    }
    let value = BigInt(small);
    for (let shift = 49n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (value >= TOO_LARGE) throw new CodecFault('number exceeds 256 bits');
      if (byte < 128) {
        if (byte === 0) throw new CodecFault('number is not in its shortest form');
        return value;
      }
    }
  }

  /** A varint that counts or indexes something in memory. */
  count(limit: number, what: string): number {
    const value = this.varint();
    if (value > BigInt(limit)) throw new CodecFault(`${what}: ${value} exceeds ${limit}`, 'LIMIT_EXCEEDED');
    return Number(value);
  }
}

const TOO_LARGE = 1n << 256n;

/** Big-endian bytes as an integer. */
export function bytesToInteger(bytes: Uint8Array): bigint {
  if (bytes.length <= 6) {
    let small = 0;
    for (const byte of bytes) small = small * 256 + byte;
    return BigInt(small);
  }
  let hex = '0x';
  for (const byte of bytes) hex += HEX[byte];
  return BigInt(hex);
}

/** Big-endian bytes without leading zeros; none for 0. */
export function integerToBytes(value: bigint): Uint8Array {
  if (value === 0n) return EMPTY;
  const hex = value.toString(16);
  const bytes = new Uint8Array((hex.length + 1) >> 1);
  for (let i = bytes.length - 1, end = hex.length; i >= 0; i--, end -= 2) {
    bytes[i] = Number.parseInt(hex.slice(Math.max(0, end - 2), end), 16);
  }
  return bytes;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export const EMPTY = new Uint8Array(0);
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
