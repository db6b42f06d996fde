import type { G1Point, G2Point } from '@tephra/protocol';
import type { Hash } from 'viem';

/** Whoever holds an operator's BLS key. The key itself may be in another process or machine. */
export interface BlsSigner {
  publicKeys(): Promise<{ g1: G1Point; g2: G2Point }>;
  /** Signs the point of a digest. Says nothing about whether that digest should be signed: journals stand before it. */
  sign(digest: Hash): Promise<G1Point>;
}
