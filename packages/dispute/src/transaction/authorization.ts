import { authorityOf, type Authorization as Decoded, encodeRlp, hexToBytes } from '@tephra/engine';
import { shortestBytes } from '../commit/hash.ts';
import type { Authorization } from '../machine/context.ts';

/** An entry of the list of a transaction of type 4 as the machine has it. */
export function authorizationFrom(entry: Decoded): Authorization {
  const { chainId, address, nonce, yParity, r, s } = entry;
  const numbers = [chainId, nonce, BigInt(yParity), r, s].map(shortestBytes);
  const authority = authorityOf(entry);
  return {
    raw: encodeRlp([numbers[0]!, hexToBytes(address), ...numbers.slice(1)]),
    chainId,
    address: BigInt(address),
    nonce,
    authority: authority === null ? null : BigInt(authority),
  };
}
