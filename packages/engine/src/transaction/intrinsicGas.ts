import { type Hardfork, includesFork } from '@tephra/protocol';
import { AUTHORIZATION_GAS } from './authorization.ts';
import type { AccessList } from './decode.ts';

/** EIP-3860. */
export const MAX_INIT_CODE_SIZE = 49_152;

/** A zero byte counts once, any other four times (EIP-2028, EIP-7623). */
function tokensOf(data: Uint8Array): number {
  let zeros = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === 0) zeros++;
  return 4 * data.length - 3 * zeros;
}

/**
 * Gas that a transaction costs before its first instruction (yellow paper 6.2, EIP-2028, EIP-2930, EIP-3860, EIP-7702).
 * @param authorizations how many a transaction of type 4 has
 */
export function intrinsicGas(data: Uint8Array, creates: boolean, accessList: AccessList, authorizations = 0): bigint {
  let gas = creates ? 53_000 : 21_000;
  gas += 4 * tokensOf(data);
  if (creates) gas += 2 * Math.ceil(data.length / 32);
  for (const entry of accessList) gas += 2_400 + 1_900 * entry.storageKeys.length;
  return BigInt(gas + AUTHORIZATION_GAS * authorizations);
}

/** Gas that a transaction with this data uses at least (EIP-7623); 0 before Prague. */
export function floorGas(data: Uint8Array, hardfork: Hardfork): bigint {
  return includesFork(hardfork, 'prague') ? BigInt(21_000 + 10 * tokensOf(data)) : 0n;
}
