import type { Hex } from 'viem';
import { ProtocolError } from '../errors.ts';

/**
 * ABI decoders ignore bytes behind the end; two encodings of one answer would count as two answers.
 * @throws ProtocolError ATTESTATION_MALFORMED
 */
export function exact<T>(content: Hex, what: string, decode: () => T, encode: (value: T) => Hex): T {
  let value: T;
  try {
    value = decode();
  } catch (error) {
    throw malformed(what, error);
  }
  if (encode(value) !== content.toLowerCase()) throw malformed(what);
  return value;
}

function malformed(what: string, cause?: unknown): ProtocolError {
  return new ProtocolError('ATTESTATION_MALFORMED', `not the encoding of ${what}`, {
    hint: 'send the canonical ABI encoding of the struct',
    cause,
  });
}
