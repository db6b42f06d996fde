import type { Hex } from '@tephra/protocol';
import { bytesToHex, hexToBytes } from './bytes.ts';
import { keccak256 } from './crypto/keccak.ts';
import type { Log } from './engine.ts';

/** Bloom of no logs. */
export const EMPTY_BLOOM: Hex = `0x${'00'.repeat(256)}`;

function add(bloom: Uint8Array, item: Hex): void {
  const hash = keccak256(hexToBytes(item));
  for (let i = 0; i < 6; i += 2) {
    const bit = ((hash[i]! << 8) | hash[i + 1]!) & 2047;
    bloom[255 - (bit >> 3)]! |= 1 << (bit & 7);
  }
}

/** 2048-bit filter over the addresses and topics of logs (yellow paper, 4.3.1). */
export function logsBloom(logs: Log[]): Hex {
  if (logs.length === 0) return EMPTY_BLOOM;
  const bloom = new Uint8Array(256);
  for (const log of logs) {
    add(bloom, log.address);
    for (const topic of log.topics) add(bloom, topic);
  }
  return bytesToHex(bloom);
}

/** Union of filters. */
export function orBlooms(blooms: Iterable<Hex>): Hex {
  const union = new Uint8Array(256);
  for (const bloom of blooms) {
    if (bloom === EMPTY_BLOOM) continue;
    const bytes = hexToBytes(bloom);
    for (let i = 0; i < 256; i++) union[i]! |= bytes[i]!;
  }
  return bytesToHex(union);
}

/** False when no log of the block can have `item` as its address or a topic. */
export function bloomMayContain(bloom: Hex, item: Hex): boolean {
  const probe = new Uint8Array(256);
  add(probe, item);
  const bytes = hexToBytes(bloom);
  return probe.every((byte, i) => (bytes[i]! & byte) === byte);
}
