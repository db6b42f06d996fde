import { fromBigInt, slice, toBigInt } from './numbers.ts';
import type { PrecompileResult } from './precompiles.ts';

/** Operands beyond this cost more gas than any call has; the layer's caps are far below. */
const MAX_LENGTH = 1n << 24n;

/** Modular exponentiation (EIP-198, gas by EIP-2565). */
export function modexp(data: Uint8Array, gasLimit: bigint): PrecompileResult {
  const [baseLength, exponentLength, modulusLength] = [0, 32, 64].map((at) => toBigInt(slice(data, at, 32))) as [
    bigint,
    bigint,
    bigint,
  ];
  let longest = baseLength;
  if (modulusLength > longest) longest = modulusLength;
  if (longest === 0n) return gasLimit < 200n ? undefined : { output: new Uint8Array(0), gas: 200n };
  if (longest > MAX_LENGTH || exponentLength > MAX_LENGTH) return undefined;
  const exponentAt = 96 + Number(baseLength);
  const head = toBigInt(slice(data, exponentAt, Number(exponentLength < 32n ? exponentLength : 32n)));
  const headBits = head === 0n ? 0n : BigInt(head.toString(2).length - 1);
  const iterations = exponentLength <= 32n ? headBits : 8n * (exponentLength - 32n) + headBits;
  const width = (longest + 7n) / 8n;
  let gas = (width * width * (iterations > 1n ? iterations : 1n)) / 3n;
  if (gas < 200n) gas = 200n;
  if (gas > gasLimit) return undefined;
  const operand = (at: number, length: bigint): bigint => toBigInt(slice(data, at, Number(length)));
  const base = operand(96, baseLength);
  const exponent = operand(exponentAt, exponentLength);
  const modulus = operand(exponentAt + Number(exponentLength), modulusLength);
  return { output: fromBigInt(power(base, exponent, modulus), Number(modulusLength)), gas };
}

/** base ** exponent mod modulus; 0 for a modulus of 0 or 1. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  if (modulus <= 1n) return 0n;
  let result = 1n;
  let square = base % modulus;
  // Bits as text: shifting a long number once for each bit takes quadratic time.
  const bits = exponent.toString(2);
  for (let i = bits.length - 1; i >= 0; i--) {
    if (bits[i] === '1') result = (result * square) % modulus;
    if (i > 0) square = (square * square) % modulus;
  }
  return result;
}
