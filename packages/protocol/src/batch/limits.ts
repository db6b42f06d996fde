/** Most bytes of a frame (contracts/src/rollup/IBatchRegistry.sol). */
export const MAX_FRAME_BYTES = 65_536;
/** Most bytes of a decoded frame body: with it the decoder on the L1 stays within 12 M gas for hostile frames too. */
export const MAX_BODY_BYTES = 262_144;
/** Most bytes of a raw transaction: 96 KiB. */
export const MAX_TRANSACTION_BYTES = 98_304;
/**
 * Most blocks of a frame, most transactions that begin in it, and most templates. Four times what 64 KiB hold of signatures or
 * source hashes: it keeps the work of reading a frame in a dispute within bounds, and 256 frames within a tree of 2^20 leaves
 * (contracts/src/rollup/frames/FrameColumns.sol).
 */
export const MAX_FRAME_ITEMS = 4_096;
/** Chain ids of legacy transactions are below it, so that v has 256 bits. */
export const LEGACY_CHAIN_ID_LIMIT = 1n << 254n;
/** Most frames of a pack. */
export const MAX_FRAMES = 256;
export const FRAME_VERSION = 1;
