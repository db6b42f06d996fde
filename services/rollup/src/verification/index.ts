export type { BlockCertificate } from './certificateBook.ts';
export { VerificationError } from './errors.ts';
export { povBlocks } from './povGrid.ts';
export { Verification, type VerificationStatus } from './verification.ts';
