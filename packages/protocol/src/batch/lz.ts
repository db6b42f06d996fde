/**
 * LZ4 block format (README.md, "LZ code"). Matches are chosen by an exact search for the smallest code over the longest
 * match of each position, because L1 bytes cost more than time.
 */

const MIN_MATCH = 4;
const MAX_OFFSET = 65_535;
/** LZ4 end conditions: the last bytes are literals, the last match begins this far before the end. */
const LAST_LITERALS = 5;
const MATCH_START_LIMIT = 12;
const MAX_HASH_BITS = 15;
/** Candidates looked at for each position. */
const MAX_CHAIN = 64;
/** A match this long is taken without looking for a longer one. */
const LONG_ENOUGH = 64;

/** Why a code cannot be decoded. */
export type LzFault = 'TRUNCATED' | 'BAD_OFFSET' | 'OUTPUT_TOO_LONG' | 'OUTPUT_TOO_SHORT';

export class LzError extends Error {
  readonly fault: LzFault;
  constructor(fault: LzFault, position: number) {
    super(`LZ code is malformed at byte ${position}: ${fault}`);
    this.name = 'LzError';
    this.fault = fault;
  }
}

/** Code for `input`; deterministic. */
export function lzCompress(input: Uint8Array): Uint8Array {
  const { lengths, offsets } = findMatches(input);
  chooseSequences(input.length, lengths);
  return write(input, lengths, offsets);
}

/**
 * Decodes to exactly `outputLength` bytes; never allocates more.
 * @throws LzError
 */
export function lzDecompress(code: Uint8Array, outputLength: number): Uint8Array {
  const output = new Uint8Array(outputLength);
  let read = 0;
  let written = 0;
  for (;;) {
    const token = byteAt(code, read++);
    let literals = token >> 4;
    if (literals === 15) {
      let extension: number;
      do {
        extension = byteAt(code, read++);
        literals += extension;
      } while (extension === 255);
    }
    if (read + literals > code.length) throw new LzError('TRUNCATED', read);
    if (written + literals > outputLength) throw new LzError('OUTPUT_TOO_LONG', read);
    output.set(code.subarray(read, read + literals), written);
    read += literals;
    written += literals;
    if (read === code.length) {
      if (written !== outputLength) throw new LzError('OUTPUT_TOO_SHORT', read);
      if ((token & 15) !== 0) throw new LzError('TRUNCATED', read);
      return output;
    }
    const offset = byteAt(code, read) | (byteAt(code, read + 1) << 8);
    read += 2;
    let length = token & 15;
    if (length === 15) {
      let extension: number;
      do {
        extension = byteAt(code, read++);
        length += extension;
      } while (extension === 255);
    }
    length += MIN_MATCH;
    if (offset === 0 || offset > written) throw new LzError('BAD_OFFSET', read);
    if (written + length > outputLength) throw new LzError('OUTPUT_TOO_LONG', read);
    copyMatch(output, written, offset, length);
    written += length;
  }
}

function byteAt(code: Uint8Array, position: number): number {
  const byte = code[position];
  if (byte === undefined) throw new LzError('TRUNCATED', position);
  return byte;
}

/** Doubling copies: source and destination may overlap, each step copies only bytes that are there. */
function copyMatch(output: Uint8Array, to: number, offset: number, length: number): void {
  const from = to - offset;
  const end = to + length;
  let target = to;
  while (target < end) {
    const available = target - from;
    const size = Math.min(available, end - target);
    output.copyWithin(target, from, from + size);
    target += size;
  }
}

/** Longest match (nearest among equals) at each position. */
function findMatches(input: Uint8Array): { lengths: Uint32Array; offsets: Uint16Array } {
  const size = input.length;
  const lengths = new Uint32Array(size + 1);
  const offsets = new Uint16Array(size + 1);
  // Small inputs (most columns) would otherwise spend their time clearing the table.
  const shift = Math.max(32 - MAX_HASH_BITS, Math.clz32(size | 255));
  const heads = new Int32Array(1 << (32 - shift)).fill(-1);
  const previous = new Int32Array(size);
  const matchEnd = size - LAST_LITERALS;
  const lastStart = size - MATCH_START_LIMIT;
  for (let i = 0; i <= lastStart; i++) {
    const hash = hashAt(input, i, shift);
    let candidate = heads[hash]!;
    previous[i] = candidate;
    heads[hash] = i;
    // Inside a long match the same match, one shorter, is as good as what a search would find.
    const before = i > 0 ? lengths[i - 1]! : 0;
    if (before > LONG_ENOUGH) {
      lengths[i] = before - 1;
      offsets[i] = offsets[i - 1]!;
      continue;
    }
    let best = MIN_MATCH - 1;
    let bestOffset = 0;
    for (let tries = MAX_CHAIN; candidate >= 0 && i - candidate <= MAX_OFFSET && tries > 0; tries--) {
      if (input[candidate + best] === input[i + best]) {
        const length = matchLength(input, candidate, i, matchEnd);
        if (length > best) {
          best = length;
          bestOffset = i - candidate;
          if (length >= LONG_ENOUGH || i + length >= matchEnd) break;
        }
      }
      candidate = previous[candidate]!;
    }
    if (bestOffset > 0) {
      lengths[i] = best;
      offsets[i] = bestOffset;
    }
  }
  return { lengths, offsets };
}

function matchLength(input: Uint8Array, a: number, b: number, end: number): number {
  let length = 0;
  while (b + length < end && input[a + length] === input[b + length]) length++;
  return length;
}

function hashAt(input: Uint8Array, i: number, shift: number): number {
  const word = input[i]! | (input[i + 1]! << 8) | (input[i + 2]! << 16) | (input[i + 3]! << 24);
  return Math.imul(word, 0x9e3779b1) >>> shift;
}

/**
 * From the end backwards: the cheapest code of the rest, given that a match may be cut short. Leaves in `lengths` the
 * length to take at each position, 0 or 1 for a literal.
 */
function chooseSequences(size: number, lengths: Uint32Array): void {
  const cost = new Uint32Array(size + 1);
  /** Literals that a sequence beginning at a position starts with. */
  let literals = 0;
  for (let i = size - 1; i >= 0; i--) {
    literals++;
    let bestCost = cost[i + 1]! + 1;
    // A literal run grows by an extension byte at 15 and then at every 255.
    if (literals >= 15 && (literals - 15) % 255 === 0) bestCost++;
    let bestLength = 1;
    const longest = lengths[i]!;
    if (longest >= MIN_MATCH) {
      // Cutting a long match much shorter hardly ever pays, and trying it would make long repeats quadratic.
      const shortest = longest > LONG_ENOUGH ? longest - 3 : MIN_MATCH;
      for (let length = longest; length >= shortest; length--) {
        const extra = length >= MIN_MATCH + 15 ? 1 + Math.floor((length - MIN_MATCH - 15) / 255) : 0;
        const candidate = 3 + extra + cost[i + length]!;
        if (candidate < bestCost) {
          bestCost = candidate;
          bestLength = length;
        }
      }
    }
    cost[i] = bestCost;
    lengths[i] = bestLength;
    if (bestLength > 1) literals = 0;
  }
}

function write(input: Uint8Array, lengths: Uint32Array, offsets: Uint16Array): Uint8Array {
  const size = input.length;
  const output = new Uint8Array(size + Math.floor(size / 255) + 16);
  let written = 0;
  const extend = (rest: number) => {
    let left = rest;
    for (; left >= 255; left -= 255) output[written++] = 255;
    output[written++] = left;
  };
  const sequence = (start: number, end: number, length: number, offset: number) => {
    const literals = end - start;
    const match = length === 0 ? 0 : length - MIN_MATCH;
    output[written++] = (Math.min(literals, 15) << 4) | Math.min(match, 15);
    if (literals >= 15) extend(literals - 15);
    output.set(input.subarray(start, end), written);
    written += literals;
    if (length === 0) return;
    output[written++] = offset & 255;
    output[written++] = offset >> 8;
    if (match >= 15) extend(match - 15);
  };
  let anchor = 0;
  for (let i = 0; i < size; ) {
    const length = lengths[i]!;
    if (length >= MIN_MATCH) {
      sequence(anchor, i, length, offsets[i]!);
      i += length;
      anchor = i;
    } else i++;
  }
  sequence(anchor, size, 0, 0);
  return output.slice(0, written);
}
