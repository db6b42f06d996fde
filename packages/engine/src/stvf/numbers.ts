import type { Hex } from '@tephra/protocol';

// As bytes.ts, for places without Node's Buffer.

export function toHex(bytes: Uint8Array): Hex {
  let digits = '';
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0');
  return `0x${digits}`;
}

/** Big-endian; 0 for no bytes. */
export const toBigInt = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(toHex(bytes)));

/** Big-endian, `length` bytes: the value fits. */
export function fromBigInt(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const digits = value.toString(16).padStart(2 * length, '0');
  for (let i = 0; i < length; i++) bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** `length` bytes from `start`; those beyond the end are 0. */
export function slice(data: Uint8Array, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(data.subarray(start, start + length));
  return bytes;
}
