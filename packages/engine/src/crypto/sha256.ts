import { createHash } from 'node:crypto';

/** SHA-256 of `data`, 32 fresh bytes. */
export const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());
