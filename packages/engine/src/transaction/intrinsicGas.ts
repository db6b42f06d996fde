import type { AccessList } from './decode.ts';

/** EIP-3860. */
export const MAX_INIT_CODE_SIZE = 49_152;

/** Gas that a transaction costs before its first instruction (yellow paper 6.2, EIP-2028, EIP-2930, EIP-3860). */
export function intrinsicGas(data: Uint8Array, creates: boolean, accessList: AccessList): bigint {
  let gas = creates ? 53_000 : 21_000;
  let zeros = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === 0) zeros++;
  gas += 16 * data.length - 12 * zeros;
  if (creates) gas += 2 * Math.ceil(data.length / 32);
  for (const entry of accessList) gas += 2_400 + 1_900 * entry.storageKeys.length;
  return BigInt(gas);
}
