import { TephraError } from '@tephra/core';

/**
 * - CERTIFICATE_MALFORMED: not the encoding of a statement or of its signers.
 * - CERTIFICATE_FOREIGN: it speaks of another rollup, another epoch or a block that this node does not have.
 * - CERTIFICATE_REFUSED: the contract on the L1 does not take it.
 * - CERTIFICATE_BUSY: others are being looked at; retryable.
 * - NOT_VERIFIED: nobody verifies this chain.
 */
export class VerificationError extends TephraError<
  'CERTIFICATE_MALFORMED' | 'CERTIFICATE_FOREIGN' | 'CERTIFICATE_REFUSED' | 'CERTIFICATE_BUSY' | 'NOT_VERIFIED'
> {}
