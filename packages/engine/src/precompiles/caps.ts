import { toBigInt } from '../stvf/numbers.ts';
import { blsGas } from './blsGas.ts';

/** What one call of a precompile may cost on the L1 (PROTOCOL.md section 4), so that a dispute can replay it there. */
const MAX_L1_GAS = 4_000_000n;
/** Longest input of the precompiles that hash or copy, bytes. */
const MAX_HASHED_BYTES = 32 * 1024;
/** EIP-7823: longest operand of MODEXP on the L1, bytes. */
const MAX_MODEXP_BYTES = 1_024n;

type Cap = (data: Uint8Array) => boolean;

/** EIP-2537: what costs the same there; inputs of no such length fail anyway. */
const blsCap =
  (id: number): Cap =>
  (data) =>
    (blsGas(id, data.length) ?? 0n) <= MAX_L1_GAS;

/**
 * By the number of a precompiled contract: true when the L1 could replay a call with this input. Calls beyond fail as those
 * with too little gas do.
 */
export const PRECOMPILE_CAPS: Readonly<Record<number, Cap>> = {
  2: (data) => data.length <= MAX_HASHED_BYTES,
  3: (data) => data.length <= MAX_HASHED_BYTES,
  4: (data) => data.length <= MAX_HASHED_BYTES,
  5: (data) => modexpGas(data) <= MAX_L1_GAS,
  8: (data) => 45_000n + 34_000n * BigInt(Math.floor(data.length / 192)) <= MAX_L1_GAS,
  // EIP-152: a round costs 1 gas; input of another length fails anyway.
  9: (data) => data.length !== 213 || toBigInt(data.subarray(0, 4)) <= MAX_L1_GAS,
  12: blsCap(12),
  14: blsCap(14),
  15: blsCap(15),
};

/** Gas of MODEXP on the L1 by EIP-7883, without its minimum; beyond the length limit of EIP-7823 more than any call has. */
function modexpGas(data: Uint8Array): bigint {
  const word = (start: number, length = 32): bigint => {
    const bytes = new Uint8Array(length);
    bytes.set(data.subarray(start, start + length));
    return toBigInt(bytes);
  };
  const [baseLength, exponentLength, modulusLength] = [word(0), word(32), word(64)];
  for (const length of [baseLength, exponentLength, modulusLength]) {
    if (length > MAX_MODEXP_BYTES) return 1n << 64n;
  }
  let longest = baseLength;
  if (modulusLength > longest) longest = modulusLength;
  const words = (longest + 7n) / 8n;
  const complexity = longest <= 32n ? 16n : 2n * words * words;
  const head = word(96 + Number(baseLength), Number(exponentLength < 32n ? exponentLength : 32n));
  const headBits = head === 0n ? 0n : BigInt(head.toString(2).length - 1);
  const iterations = exponentLength <= 32n ? headBits : 16n * (exponentLength - 32n) + headBits;
  return complexity * (iterations > 1n ? iterations : 1n);
}
