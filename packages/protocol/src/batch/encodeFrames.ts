import { bytesToHex, type Hex, hexToBytes } from 'viem';
import type { BlockContent } from '../types.ts';
import { BatchError } from './batchError.ts';
import { encodeBody, type FrameContent } from './body.ts';
import { ByteWriter, EMPTY } from './bytes.ts';
import { FRAME_VERSION, MAX_BODY_BYTES, MAX_FRAME_BYTES, MAX_FRAME_ITEMS, MAX_TRANSACTION_BYTES } from './limits.ts';
import { lzCompress } from './lz.ts';
import { splitTransaction, type TransactionParts } from './transactionParts.ts';

/** Bytes of a transaction that are in no frame yet. */
type Rest = { block: number; bytes: Uint8Array };

/** A block's beginning, or one transaction in it. */
type Unit = { block: number; parts: TransactionParts | null; size: number };

/** Compressed size that is near enough to the limit to stop looking for a fuller frame. */
const FULL_ENOUGH = 0.97;
const AIM = 0.99;

/**
 * Blocks with consecutive numbers as batch frames (README.md), each at most `maxFrameBytes` long. Deterministic.
 * @throws BatchError BLOCK_INVALID
 */
export function encodeFrames(blocks: BlockContent[], maxFrameBytes: number = MAX_FRAME_BYTES): Hex[] {
  const units = unitsOf(blocks);
  const frames: Hex[] = [];
  let position = 0;
  let rest: Rest | null = null;
  // The next frame will hold about as much as the last full one.
  let usual: number | null = null;
  while (position < units.length || rest) {
    const frame = nextFrame(blocks, units, position, rest, usual, maxFrameBytes);
    frames.push(bytesToHex(frame.bytes));
    if (frame.position > position + 1) usual = Math.floor((frame.position - position) * AIM);
    position = frame.position;
    rest = frame.rest;
  }
  return frames;
}

function unitsOf(blocks: BlockContent[]): Unit[] {
  const units: Unit[] = [];
  blocks.forEach((block, i) => {
    const first = blocks[0]!.number;
    if (block.number !== first + BigInt(i)) {
      throw new BatchError('BLOCK_INVALID', 'block numbers are not consecutive', { blockNumber: block.number });
    }
    units.push({ block: i, parts: null, size: 1 });
    for (const transaction of block.transactions) {
      const raw = hexToBytes(transaction);
      if (raw.length === 0 || raw.length > MAX_TRANSACTION_BYTES) {
        throw new BatchError('BLOCK_INVALID', `a transaction has ${raw.length} bytes`, { blockNumber: block.number });
      }
      units.push({ block: i, parts: splitTransaction(raw), size: raw.length });
    }
  });
  return units;
}

function nextFrame(
  blocks: BlockContent[],
  units: Unit[],
  from: number,
  rest: Rest | null,
  usual: number | null,
  limit: number,
): { bytes: Uint8Array; position: number; rest: Rest | null } {
  const smallest = rest ? from : from + 1;
  let fitting = smallest - 1;
  let tooMany = units.length + 1;
  let best: Uint8Array | null = null;
  let guess =
    usual === null
      ? firstGuess(units, from, smallest, limit)
      : Math.min(Math.max(from + usual, smallest), units.length);
  while (fitting + 1 < tooMany) {
    const { bytes, size } = buildFrame(blocks, units, from, guess, rest, null, limit);
    if (bytes) {
      best = bytes;
      fitting = guess;
      // A rest that is nearly nothing is worth the search: it would cost an L1 transaction of its own.
      const left = units.length - fitting;
      if (size >= limit * FULL_ENOUGH && left > (fitting - from) / 16) break;
    } else tooMany = guess;
    // In proportion to what this guess took, aiming a little short of the limit.
    const proportional = from + Math.floor(((guess - from) * limit * AIM) / size);
    guess = Math.min(Math.max(proportional, fitting + 1), tooMany - 1);
  }
  if (best) return { bytes: best, position: fitting, rest: null };
  return splitFrame(blocks, units, from, rest, limit);
}

/** Not even one transaction (or the carry) fits: takes as many of its bytes as do. */
function splitFrame(
  blocks: BlockContent[],
  units: Unit[],
  from: number,
  rest: Rest | null,
  limit: number,
): { bytes: Uint8Array; position: number; rest: Rest } {
  const unit = units[from];
  const source = rest?.bytes ?? (unit?.parts ? joinForSplit(blocks, units, from) : null);
  if (!source) throw new BatchError('BLOCK_INVALID', `nothing fits into ${limit} bytes`, { blockNumber: null });
  const block = rest?.block ?? unit!.block;
  let low = 0;
  let high = source.length;
  let best: Uint8Array | null = null;
  while (low + 1 < high) {
    const size = (low + high) >> 1;
    const part: Rest = { block, bytes: source.subarray(0, size) };
    const { bytes } = rest
      ? buildFrame(blocks, units, from, from, part, 'carry', limit)
      : buildFrame(blocks, units, from, from, null, part, limit);
    if (bytes) {
      low = size;
      best = bytes;
    } else high = size;
  }
  if (!best) {
    throw new BatchError('BLOCK_INVALID', `nothing fits into ${limit} bytes`, { blockNumber: blocks[block]!.number });
  }
  return { bytes: best, position: rest ? from : from + 1, rest: { block, bytes: source.subarray(low) } };
}

function joinForSplit(blocks: BlockContent[], units: Unit[], at: number): Uint8Array {
  const block = units[at]!.block;
  let start = at;
  while (units[start]!.parts) start--;
  return hexToBytes(blocks[block]!.transactions[at - start - 1]!);
}

/**
 * Frame of the carry and the units from .. to - 1; `bytes` is null when it is too large, and `size` then what it would take.
 * @param partial the beginning of a transaction to end the frame with, or 'carry' when the carry itself goes on
 */
function buildFrame(
  blocks: BlockContent[],
  units: Unit[],
  from: number,
  to: number,
  carry: Rest | null,
  partial: Rest | 'carry' | null,
  limit: number,
): { bytes: Uint8Array | null; size: number } {
  const taken = units.slice(from, to);
  const firstBlock = carry?.block ?? units[from]!.block;
  const continuesBlock = carry !== null || units[from]!.parts !== null;
  const counts = new Map<number, number>();
  if (continuesBlock) counts.set(firstBlock, 0);
  for (const unit of taken) counts.set(unit.block, (counts.get(unit.block) ?? 0) + (unit.parts ? 1 : 0));
  const transactions = taken.flatMap((unit) => unit.parts ?? []);
  if (partial !== null && partial !== 'carry') {
    counts.set(partial.block, (counts.get(partial.block) ?? 0) + 1);
    transactions.push({ kind: 0xff, data: partial.bytes });
  }
  const content: FrameContent = {
    continuesBlock,
    blockGoesOn: partial !== null || (to < units.length && units[to]!.parts !== null),
    transactionGoesOn: partial !== null,
    blocks: [...counts].map(([index, count]) => ({
      timestamp: blocks[index]!.timestamp,
      l1OriginNumber: blocks[index]!.l1OriginNumber,
      transactions: count,
    })),
    carry: carry?.bytes ?? EMPTY,
    transactions,
  };
  const signed = 64 * transactions.filter((parts) => parts.kind <= 3).length;
  if (signed > limit) return { bytes: null, size: signed };
  const items = Math.max(counts.size, transactions.length);
  if (items > MAX_FRAME_ITEMS) return { bytes: null, size: (limit * items) / MAX_FRAME_ITEMS };
  const { body, signatures } = encodeBody(content);
  if (body.length > MAX_BODY_BYTES) return { bytes: null, size: (limit * body.length) / MAX_BODY_BYTES };
  const code = lzCompress(body);
  const output = new ByteWriter();
  output.byte(FRAME_VERSION);
  output.varint(blocks[firstBlock]!.number);
  output.varint(body.length);
  output.varint(code.length);
  output.bytes(code);
  output.bytes(signatures);
  return { bytes: output.length <= limit ? output.finish() : null, size: output.length };
}

/** Everything, unless that is surely too much: the signatures alone, or three times the limit in raw bytes. */
function firstGuess(units: Unit[], from: number, smallest: number, limit: number): number {
  let raw = 0;
  let signatures = 0;
  let guess = from;
  for (; guess < units.length && raw < 3 * limit && signatures < limit * AIM; guess++) {
    const { parts, size } = units[guess]!;
    raw += size;
    if (parts && parts.kind <= 3) signatures += 64;
  }
  return Math.max(guess, smallest);
}
