/** Largest raw transaction, bytes (PROTOCOL.md section 4). */
export const MAX_TRANSACTION_BYTES = 96 * 1024;
/** Largest gas limit of a transaction (PROTOCOL.md section 4). */
export const MAX_TRANSACTION_GAS = 1n << 25n;
/** Most transactions of a block's content: a dispute about a block has room for as many. */
export const MAX_CONTENT_TRANSACTIONS = 65_000;
