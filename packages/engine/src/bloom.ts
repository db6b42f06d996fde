import type { Hex } from '@tephra/protocol';
import { bytesToHex, hexToBytes } from './bytes.ts';
import { keccak256 } from './crypto/keccak.ts';
import type { Log } from './engine.ts';
import { TwoGenerationCache } from './state/twoGenerationCache.ts';

/** Bloom of no logs. */
export const EMPTY_BLOOM: Hex = `0x${'00'.repeat(256)}`;

/** The three bits of an item, 11 binary digits each: contracts log the same addresses and topics again and again. */
const known = new TwoGenerationCache<number>(4_096);

function bitsOf(item: Hex): number {
  let bits = known.get(item);
  if (bits === undefined) {
    const hash = keccak256(hexToBytes(item));
    bits = 0;
    for (let i = 0; i < 6; i += 2) bits = bits * 2048 + (((hash[i]! << 8) | hash[i + 1]!) & 2047);
    known.set(item, bits);
  }
  return bits;
}

function add(bloom: Uint8Array, item: Hex): void {
  let bits = bitsOf(item);
  for (let i = 0; i < 3; i++) {
    const bit = bits % 2048;
    bloom[255 - (bit >> 3)]! |= 1 << (bit & 7);
    bits = (bits - bit) / 2048;
  }
}

/** 2048-bit filter over the addresses and topics of logs (yellow paper, 4.3.1). */
export function bloomOf(logs: Log[]): Uint8Array {
  const bloom = new Uint8Array(256);
  for (const log of logs) {
    add(bloom, log.address);
    for (const topic of log.topics) add(bloom, topic);
  }
  return bloom;
}

/** {@link bloomOf} as RPC gives it. */
export function logsBloom(logs: Log[]): Hex {
  return logs.length === 0 ? EMPTY_BLOOM : bytesToHex(bloomOf(logs));
}

/** Union of filters. */
export function orBlooms(blooms: Iterable<Uint8Array>): Hex {
  const union = new Uint8Array(256);
  for (const bloom of blooms) for (let i = 0; i < 256; i++) union[i]! |= bloom[i]!;
  return bytesToHex(union);
}

/** False when no log of the block can have `item` as its address or a topic. */
export function bloomMayContain(bloom: Hex, item: Hex): boolean {
  const probe = new Uint8Array(256);
  add(probe, item);
  const bytes = hexToBytes(bloom);
  return probe.every((byte, i) => (bytes[i]! & byte) === byte);
}
