import type { Address, Hash } from '@tephra/protocol';

/** 8 bytes, big-endian: block number, index. Ascending keys are ascending places. */
export function placeKey(number: bigint, index: number): Buffer {
  return placeKeys(number, index, 1)[0]!;
}

/** Keys of `count` places from `first` on, parts of one buffer: the library looks an address up for each buffer it is given. */
export function placeKeys(number: bigint, first: number, count: number): Buffer[] {
  const all = Buffer.allocUnsafe(8 * count);
  return Array.from({ length: count }, (_, i) => {
    all.writeUInt32BE(Number(number), 8 * i);
    all.writeUInt32BE(first + i, 8 * i + 4);
    return all.subarray(8 * i, 8 * i + 8);
  });
}

export const numberValue = (number: bigint): Buffer => {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(Number(number));
  return value;
};
export const binary = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The library copies keys at once, so that one place is enough for all of a length. */
const KEYS = { 42: Buffer.alloc(20), 66: Buffer.alloc(32) };
/** Bytes of a hash or an address, good until the next call; not for values. */
export function key(hex: Hash | Address): Buffer {
  const place = KEYS[hex.length as keyof typeof KEYS];
  place.write(hex.slice(2), 'hex');
  return place;
}
