/** Most bytes of a frame (contracts/src/rollup/IBatchRegistry.sol). */
export const MAX_FRAME_BYTES = 65_536;
/** Most bytes of a decoded frame body: with it the decoder on the L1 stays within 12 M gas for hostile frames too. */
export const MAX_BODY_BYTES = 262_144;
/** Most bytes of a raw transaction: 96 KiB. */
export const MAX_TRANSACTION_BYTES = 98_304;
/** Most frames of a pack. */
export const MAX_FRAMES = 256;
export const FRAME_VERSION = 1;
