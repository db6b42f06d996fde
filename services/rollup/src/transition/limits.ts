/** Largest raw transaction, bytes (PROTOCOL.md section 4). */
export const MAX_TRANSACTION_BYTES = 96 * 1024;
/** Largest gas limit of a transaction (PROTOCOL.md section 4). */
export const MAX_TRANSACTION_GAS = 1n << 25n;
