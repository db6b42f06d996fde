/** What is wrong with a batch. */
export type BatchErrorCode =
  /** More than 65,536 bytes. */
  | 'FRAME_TOO_LARGE'
  /** Unknown version byte. */
  | 'FRAME_VERSION'
  /** Bytes that no encoder would write: bad LZ code, columns that contradict one another, wrong length. */
  | 'FRAME_MALFORMED'
  /** More decoded bytes, transactions or frames than the limits allow. */
  | 'LIMIT_EXCEEDED'
  /** A frame does not go on where the one before it ended. */
  | 'FRAME_OUT_OF_ORDER'
  /** The last block or transaction is not complete. */
  | 'BATCH_INCOMPLETE'
  /** The encoder was given something that cannot be a block. */
  | 'BLOCK_INVALID';

/** `blockNumber` is the first block that cannot be read, null when not even that is known. */
export class BatchError extends Error {
  readonly code: BatchErrorCode;
  readonly blockNumber: bigint | null;
  readonly frameIndex: number | null;
  readonly hint = 'The batch is not what an honest producer posts; compare the frame hashes with the pack on the L1.';
  readonly retryable = false;

  constructor(
    code: BatchErrorCode,
    reason: string,
    at: { blockNumber: bigint | null; frameIndex?: number; cause?: unknown },
  ) {
    const place = at.blockNumber === null ? 'an unknown block' : `block ${at.blockNumber}`;
    super(`Batch cannot be read from ${place} on: ${reason}`, { cause: at.cause });
    this.name = 'BatchError';
    this.code = code;
    this.blockNumber = at.blockNumber;
    this.frameIndex = at.frameIndex ?? null;
  }
}

/** Thrown inside the codec, where the block is not known; the frame level turns it into a {@link BatchError}. */
export class CodecFault extends Error {
  readonly code: BatchErrorCode;
  /** Offset from the frame's first block. */
  readonly blockOffset: number;
  constructor(reason: string, code: BatchErrorCode = 'FRAME_MALFORMED', blockOffset = 0) {
    super(reason);
    this.name = 'CodecFault';
    this.code = code;
    this.blockOffset = blockOffset;
  }
}
