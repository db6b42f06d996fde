import type { Address, Hex } from '@tephra/protocol';

/** Type byte of a raw transaction; legacy ones begin with an RLP list. */
export function typeOfRaw(raw: Hex): number {
  const first = Number.parseInt(raw.slice(2, 4), 16);
  return first >= 0xc0 ? 0 : first;
}

/** Position of `to` and `value` in the list of a type's fields. */
const PLACES: Record<number, { to: number; value: number }> = {
  0: { to: 3, value: 4 },
  1: { to: 4, value: 5 },
  2: { to: 5, value: 6 },
  3: { to: 5, value: 6 },
  4: { to: 5, value: 6 },
  // rlp([sourceHash, from, to, mint, value, gasLimit, isSystemTransaction, data])
  126: { to: 2, value: 4 },
};

/**
 * Recipient (null when the transaction creates a contract) and value in wei, read out of the raw form without decoding the
 * rest of it: every transaction of every block passes here. `raw` is canonical, the aggregator lets nothing else in.
 */
export function targetOfRaw(raw: Hex): { to: Address | null; value: bigint } {
  const type = typeOfRaw(raw);
  const places = PLACES[type];
  if (places === undefined) throw new Error(`no transaction has type ${type}`);
  let at = listStart(raw, type === 0 ? 2 : 4);
  let to: Address | null = null;
  for (let field = 0; ; field++) {
    const { start, end } = itemAt(raw, at);
    if (field === places.to) to = start === end ? null : `0x${raw.slice(start, end)}`;
    if (field === places.value) return { to, value: start === end ? 0n : BigInt(`0x${raw.slice(start, end)}`) };
    at = end;
  }
}

/** Recipient of a raw transaction; null when it creates a contract. */
export function recipientOfRaw(raw: Hex): Address | null {
  return targetOfRaw(raw).to;
}

const byteAt = (raw: Hex, at: number): number => Number.parseInt(raw.slice(at, at + 2), 16);

/** Offset in characters of the first item of the list whose head is at `at`. */
function listStart(raw: Hex, at: number): number {
  const head = byteAt(raw, at);
  return at + 2 + (head >= 0xf8 ? (head - 0xf7) * 2 : 0);
}

/** Payload of the string, or of the list as a whole, whose head is at `at`; offsets in characters. */
function itemAt(raw: Hex, at: number): { start: number; end: number } {
  const head = byteAt(raw, at);
  if (head < 0x80) return { start: at, end: at + 2 };
  const base = head < 0xc0 ? 0x80 : 0xc0;
  if (head <= base + 55) return { start: at + 2, end: at + 2 + (head - base) * 2 };
  const lengthBytes = head - base - 55;
  const start = at + 2 + lengthBytes * 2;
  return { start, end: start + Number.parseInt(raw.slice(at + 2, start), 16) * 2 };
}
