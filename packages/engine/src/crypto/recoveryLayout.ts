/** A request to a recovery thread: digest (32), r and s (64), recovery id (1). */
export const REQUEST = 97;
/** Its result: an uncompressed public key with its prefix 4, or zeros. */
export const RESULT = 65;
