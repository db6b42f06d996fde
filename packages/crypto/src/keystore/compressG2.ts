import type { G2Point } from '@tephra/protocol';
import { FIELD_MODULUS } from '../bls/constants.ts';

/**
 * A finite point of G2 in 64 bytes of hex, the form that gnark writes and that EIP-2335-like files hold as `pubkey`:
 * the imaginary part of x first, two bits at the top that say which of both roots y is (10 smaller, 11 larger).
 */
export function compressG2(point: G2Point): string {
  const [imaginary, real] = point.Y;
  const half = (FIELD_MODULUS - 1n) / 2n;
  const larger = imaginary === 0n ? real > half : imaginary > half;
  const top = (larger ? 0b11n : 0b10n) << 254n;
  return [point.X[0] | top, point.X[1]].map((part) => part.toString(16).padStart(64, '0')).join('');
}
