/** What a signature says about who made it. */
export type SignedDigest = {
  /** keccak256 of what was signed. */
  digest: Uint8Array;
  yParity: number;
  /** r and s, 32 bytes each. */
  signature: Uint8Array;
};

const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const HALF_ORDER = SECP256K1_ORDER >> 1n;

/** Whether r and s can be a signature, with the low s of EIP-2. */
export const isRecoverable = (r: bigint, s: bigint): boolean =>
  r > 0n && r < SECP256K1_ORDER && s > 0n && s <= HALF_ORDER;

/** r and s, at most 32 bytes each, in 64. */
export function signatureOf(r: Uint8Array, s: Uint8Array): Uint8Array {
  const signature = new Uint8Array(64);
  signature.set(r, 32 - r.length);
  signature.set(s, 64 - s.length);
  return signature;
}
