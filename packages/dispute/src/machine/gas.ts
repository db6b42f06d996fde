import type { Fork } from './env.ts';

// Yellow paper, appendix G, with the forks up to Prague.
export const COLD_ACCOUNT = 2_600n;
export const COLD_SLOT = 2_100n;
export const WARM_ACCESS = 100n;
export const CALL_VALUE = 9_000n;
export const CALL_STIPEND = 2_300n;
export const NEW_ACCOUNT = 25_000n;
export const SSTORE_SET = 20_000n;
export const SSTORE_RESET = 2_900n;
export const SSTORE_CLEARS = 4_800n;
export const SSTORE_SENTRY = 2_300n;
export const CODE_DEPOSIT = 200n;
export const INIT_CODE_WORD = 2n;
export const KECCAK_WORD = 6n;
export const COPY_WORD = 3n;
export const EXP_BYTE = 50n;
export const LOG_BYTE = 8n;
/** EIP-7702: of an authorisation, and what of it is given back when the authority exists. */
export const AUTHORIZATION_REFUND = 12_500n;

export const MAX_CODE_SIZE = 24_576;
export const MAX_INIT_CODE_SIZE = 49_152n;
export const MAX_DEPTH = 1_024;
/** EIP-3529. */
export const MAX_REFUND_QUOTIENT = 5n;

export const words = (bytes: bigint): bigint => (bytes + 31n) >> 5n;

/** Addresses 1 to this are precompiled contracts. */
export const lastPrecompile = (fork: Fork): bigint => (fork === 'prague' ? 17n : 10n);
