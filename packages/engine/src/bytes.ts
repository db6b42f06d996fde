import type { Hex } from '@tephra/protocol';

export const EMPTY_BYTES = new Uint8Array(0);

/** `0x` and lower-case digits. */
export const bytesToHex = (bytes: Uint8Array): Hex =>
  `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`;

/** Inverse of {@link bytesToHex}; the caller guarantees an even number of digits. */
export const hexToBytes = (hex: Hex): Uint8Array => {
  const buffer = Buffer.from(hex.slice(2), 'hex');
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
};

/** Big-endian number; 0 for no bytes. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  if (bytes.length <= 6)
    return BigInt(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).readUIntBE(0, bytes.length));
  return BigInt(bytesToHex(bytes));
}

/** Shortest big-endian form; 0 is no bytes (RLP's integers). */
export function bigIntToBytes(value: bigint): Uint8Array {
  if (value === 0n) return EMPTY_BYTES;
  const digits = value.toString(16);
  return hexToBytes(`0x${digits.length % 2 === 0 ? digits : `0${digits}`}`);
}

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};
