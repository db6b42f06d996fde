import { blsGas, G1_PAIR, G2_PAIR } from '../precompiles/blsGas.ts';
import { toBigInt } from './numbers.ts';
import type { PrecompileResult } from './precompiles.ts';

/**
 * What the precompiled contracts of EIP-2537 compute, from their input in bytes to their output. Lengths and numbers of the
 * field were found right; each throws where a point is not on its curve or, but for additions, not in the right subgroup.
 */
export type BlsCurve = {
  addG1(input: Uint8Array): Uint8Array;
  msmG1(input: Uint8Array): Uint8Array;
  addG2(input: Uint8Array): Uint8Array;
  msmG2(input: Uint8Array): Uint8Array;
  pairingCheck(input: Uint8Array): Uint8Array;
  mapFPtoG1(input: Uint8Array): Uint8Array;
  mapFP2toG2(input: Uint8Array): Uint8Array;
};

/** By address, from 0x0b on. */
const FIRST = 11;
const CONTRACTS = [
  'addG1',
  'msmG1',
  'addG2',
  'msmG2',
  'pairingCheck',
  'mapFPtoG1',
  'mapFP2toG2',
] as const satisfies (keyof BlsCurve)[];

/** A number of the field: 16 zero bytes, then 48. */
export const FIELD_BYTES = 64;
const MODULUS = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;

/** Inputs of sums: points with a number of 32 bytes each; of all others: numbers of the field throughout. */
const SUMS: Readonly<Record<number, number>> = { 12: G1_PAIR, 14: G2_PAIR };

/**
 * The precompiled contracts on BLS12-381.
 * @param id 0x0b to 0x11
 * @returns undefined where the call fails
 */
export function bls12381(id: number, data: Uint8Array, gasLimit: bigint, curve: BlsCurve): PrecompileResult {
  const gas = blsGas(id, data.length);
  if (gas === undefined || gas > gasLimit) return undefined;
  const record = SUMS[id] ?? FIELD_BYTES;
  for (let at = 0; at < data.length; at += FIELD_BYTES) {
    if ((at % record) + FIELD_BYTES > record) at += 32;
    if (at < data.length && !isInField(data, at)) return undefined;
  }
  try {
    return { output: curve[CONTRACTS[id - FIRST]!](data), gas };
  } catch {
    return undefined;
  }
}

function isInField(data: Uint8Array, at: number): boolean {
  for (let i = at; i < at + 16; i++) if (data[i] !== 0) return false;
  return toBigInt(data.subarray(at + 16, at + FIELD_BYTES)) < MODULUS;
}
