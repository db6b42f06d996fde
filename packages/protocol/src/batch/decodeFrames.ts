import { bytesToHex, type Hex, hexToBytes } from 'viem';
import type { BlockContent } from '../types.ts';
import { BatchError, type BatchErrorCode, CodecFault } from './batchError.ts';
import { decodeBody, type FrameContent } from './body.ts';
import { ByteReader } from './bytes.ts';
import { FRAME_VERSION, MAX_BODY_BYTES, MAX_FRAME_BYTES, MAX_FRAMES, MAX_TRANSACTION_BYTES } from './limits.ts';
import { LzError, lzDecompress } from './lz.ts';
import { joinTransaction } from './transactionParts.ts';

/**
 * Blocks of a pack from its frames, in order. Memory is bounded by the frames' number, not by what they claim.
 * @param expected range of blocks that the pack promises; anything else is refused.
 * @throws BatchError naming the first block that cannot be read
 */
export function decodeFrames(frames: Hex[], expected?: { firstBlock: bigint; lastBlock: bigint }): BlockContent[] {
  return readFrames(frames, expected).blocks;
}

/** The same, with the pieces in which the transactions of all blocks, in order, lie in the frames. */
export function readFrames(
  frames: Hex[],
  expected?: { firstBlock: bigint; lastBlock: bigint },
): { blocks: BlockContent[]; pieces: Uint8Array[][] } {
  const assembler = new Assembler(expected);
  if (frames.length > MAX_FRAMES) {
    throw new BatchError('LIMIT_EXCEEDED', `${frames.length} frames`, { blockNumber: expected?.firstBlock ?? null });
  }
  frames.forEach((frame, i) => {
    assembler.add(frame, i);
  });
  return assembler.finish();
}

class Assembler {
  private readonly expected: { firstBlock: bigint; lastBlock: bigint } | undefined;
  private readonly blocks: BlockContent[] = [];
  /** Of each transaction of the blocks. */
  private readonly allPieces: Uint8Array[][] = [];
  /** State at the end of the last frame. */
  private blockOpen = false;
  /** Pieces of the transaction that goes on. */
  private pieces: Uint8Array[] | null = null;

  constructor(expected?: { firstBlock: bigint; lastBlock: bigint }) {
    this.expected = expected;
  }

  add(frame: Hex, frameIndex: number): void {
    const next = this.nextBlock();
    let first = next;
    try {
      const bytes = toBytes(frame);
      const input = new ByteReader(bytes);
      const version = input.byte();
      if (version !== FRAME_VERSION) throw new CodecFault(`version ${version}`, 'FRAME_VERSION');
      const firstBlock = input.varint();
      if (next !== null && firstBlock !== next) {
        throw new CodecFault(`frame ${frameIndex} begins with block ${firstBlock}`, 'FRAME_OUT_OF_ORDER');
      }
      first = firstBlock;
      const bodyLength = input.count(MAX_BODY_BYTES, 'body length');
      const code = input.bytes(input.count(MAX_FRAME_BYTES, 'code length'));
      const content = decodeBody(lzDecompress(code, bodyLength), input.bytes(input.remaining));
      this.append(firstBlock, content);
    } catch (cause) {
      throw describe(cause, first, frameIndex);
    }
  }

  finish(): { blocks: BlockContent[]; pieces: Uint8Array[][] } {
    const at = { blockNumber: this.nextBlock() };
    if (this.blockOpen)
      throw new BatchError('BATCH_INCOMPLETE', 'the last block goes on in a frame that is missing', at);
    const last = this.blocks.at(-1)?.number;
    if (this.expected && last !== this.expected.lastBlock) {
      throw new BatchError('BATCH_INCOMPLETE', `frames end before block ${this.expected.lastBlock}`, at);
    }
    return { blocks: this.blocks, pieces: this.allPieces };
  }

  /** Block that the next frame must begin with; null when any will do. */
  private nextBlock(): bigint | null {
    const last = this.blocks.at(-1);
    if (!last) return this.expected?.firstBlock ?? null;
    return this.blockOpen ? last.number : last.number + 1n;
  }

  private append(firstBlock: bigint, content: FrameContent): void {
    if (content.continuesBlock !== this.blockOpen) {
      throw new CodecFault('a block does not go on where it stopped', 'FRAME_OUT_OF_ORDER');
    }
    if (content.transactionGoesOn && !content.blockGoesOn) throw new CodecFault('a transaction outlives its block');
    const lastNumber = firstBlock + BigInt(content.blocks.length - 1);
    if (this.expected && lastNumber > this.expected.lastBlock) {
      throw new CodecFault(`block ${lastNumber} is beyond the pack`, 'LIMIT_EXCEEDED');
    }
    let next = 0;
    content.blocks.forEach((header, i) => {
      const block = i === 0 && this.blockOpen ? this.continued(header) : this.begin(firstBlock + BigInt(i), header);
      if (i === 0) this.takeCarry(content, block);
      const transactions = content.transactions.slice(next, next + header.transactions);
      next += header.transactions;
      const partial = content.transactionGoesOn && i === content.blocks.length - 1 ? transactions.pop() : undefined;
      for (const parts of transactions) this.take(block, [joinTransaction(parts)], i);
      if (partial) {
        if (partial.kind !== 0xff || this.pieces)
          throw new CodecFault('an unfinished transaction must be opaque', undefined, i);
        this.pieces = [partial.data];
      }
    });
    if (content.transactionGoesOn && !this.pieces) throw new CodecFault('no transaction to go on');
    this.blockOpen = content.blockGoesOn;
  }

  private begin(number: bigint, header: FrameContent['blocks'][number]): BlockContent {
    const block: BlockContent = {
      number,
      timestamp: header.timestamp,
      l1OriginNumber: header.l1OriginNumber,
      transactions: [],
    };
    this.blocks.push(block);
    return block;
  }

  private continued(header: FrameContent['blocks'][number]): BlockContent {
    const block = this.blocks.at(-1)!;
    if (block.timestamp !== header.timestamp || block.l1OriginNumber !== header.l1OriginNumber) {
      throw new CodecFault('a continued block changes its timestamp or origin');
    }
    return block;
  }

  private takeCarry(content: FrameContent, block: BlockContent): void {
    if (content.carry.length > 0 !== (this.pieces !== null))
      throw new CodecFault('carry without a transaction to go on');
    if (!this.pieces) return;
    this.pieces.push(content.carry);
    const size = this.pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (size > MAX_TRANSACTION_BYTES) throw new CodecFault(`a transaction of ${size} bytes`, 'LIMIT_EXCEEDED');
    if (content.transactionGoesOn && content.transactions.length === 0) {
      if (content.blocks.length > 1) throw new CodecFault('a transaction outlives its block');
      return;
    }
    this.take(block, this.pieces, 0);
    this.pieces = null;
  }

  private take(block: BlockContent, pieces: Uint8Array[], blockOffset: number): void {
    block.transactions.push(toRaw(concat(pieces), blockOffset));
    this.allPieces.push(pieces);
  }
}

function concat(pieces: Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function toRaw(raw: Uint8Array, blockOffset: number): Hex {
  if (raw.length === 0) throw new CodecFault('empty transaction', undefined, blockOffset);
  if (raw.length > MAX_TRANSACTION_BYTES) {
    throw new CodecFault(`a transaction of ${raw.length} bytes`, 'LIMIT_EXCEEDED', blockOffset);
  }
  return bytesToHex(raw);
}

function toBytes(frame: Hex): Uint8Array {
  if ((frame.length - 2) / 2 > MAX_FRAME_BYTES) {
    throw new CodecFault(`${(frame.length - 2) / 2} bytes`, 'FRAME_TOO_LARGE');
  }
  return hexToBytes(frame);
}

function describe(cause: unknown, firstBlock: bigint | null, frameIndex: number): BatchError {
  let code: BatchErrorCode = 'FRAME_MALFORMED';
  let blockNumber = firstBlock;
  if (cause instanceof CodecFault) {
    code = cause.code;
    if (blockNumber !== null) blockNumber += BigInt(cause.blockOffset);
  } else if (!(cause instanceof LzError)) throw cause;
  return new BatchError(code, `frame ${frameIndex}: ${cause.message}`, { blockNumber, frameIndex, cause });
}
