import type { Hash, Hex } from '@tephra/protocol';
import { encodeAbiParameters } from 'viem';

/** Decimal coordinates as snarkjs writes them: x, y and the z of projective ones, which is 1, or 0 at infinity. */
type G1 = [string, string, string];
/** Coordinates in Fp2, a + b * i as [a, b]. */
type G2 = [[string, string], [string, string], [string, string]];

/** A key of a circuit with two public inputs, as snarkjs exports it. */
export type Groth16KeyJson = { vk_alpha_1: G1; vk_beta_2: G2; vk_gamma_2: G2; vk_delta_2: G2; IC: G1[] };
export type Groth16ProofJson = { pi_a: G1; pi_b: G2; pi_c: G1 };

const G1_ABI = {
  type: 'tuple',
  components: [
    { name: 'X', type: 'uint256' },
    { name: 'Y', type: 'uint256' },
  ],
} as const;
const G2_ABI = {
  type: 'tuple',
  components: [
    { name: 'X', type: 'uint256[2]' },
    { name: 'Y', type: 'uint256[2]' },
  ],
} as const;

/** EIP-196 has zeros for the point at infinity. */
const g1 = ([x, y, z]: G1) => (z === '0' ? { X: 0n, Y: 0n } : { X: BigInt(x), Y: BigInt(y) });
/** The pairing precompile reads imaginary parts first (EIP-197). */
const g2 = ([x, y]: G2) => ({
  X: [BigInt(x[1]), BigInt(x[0])] as const,
  Y: [BigInt(y[1]), BigInt(y[0])] as const,
});

/** struct Groth16Key (contracts/src/dispute/validity/Groth16Verifier.sol). */
export function groth16Key(json: Groth16KeyJson) {
  const [constant, upper, lower] = json.IC;
  if (constant === undefined || upper === undefined || lower === undefined || json.IC.length !== 3) {
    throw new RangeError(`the circuit has ${json.IC.length - 1} public inputs, not 2`);
  }
  return {
    alpha: g1(json.vk_alpha_1),
    beta: g2(json.vk_beta_2),
    gamma: g2(json.vk_gamma_2),
    delta: g2(json.vk_delta_2),
    inputs: [g1(constant), g1(upper), g1(lower)] as const,
  };
}

/** 256 bytes, as `IValidityVerifier.verify` takes them. */
export const encodeGroth16Proof = ({ pi_a, pi_b, pi_c }: Groth16ProofJson): Hex =>
  encodeAbiParameters([G1_ABI, G2_ABI, G1_ABI], [g1(pi_a), g2(pi_b), g1(pi_c)]);

/** The public inputs that stand for a statement: its upper and its lower 16 bytes. */
export const publicInputsOf = (statement: Hash): [bigint, bigint] => [
  BigInt(statement) >> 128n,
  BigInt(statement) & ((1n << 128n) - 1n),
];
