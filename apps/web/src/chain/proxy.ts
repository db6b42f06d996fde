import { type Address, getAddress, type Hex, hexToBigInt, type PublicClient, slice } from 'viem';

/** What a contract hands its calls to. */
export type Proxy = { kind: 'minimal (EIP-1167)' | 'EIP-1967' | 'delegation (EIP-7702)'; target: Address };

/** keccak256("eip1967.proxy.implementation") - 1. */
const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';

/** Recognises proxies by their code or by the standard storage slot; null for any other contract. */
export async function readProxy(client: PublicClient, address: Address, code: Hex): Promise<Proxy | null> {
  const minimal = /^0x363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3/i.exec(code);
  if (minimal?.[1] !== undefined) return { kind: 'minimal (EIP-1167)', target: getAddress(`0x${minimal[1]}`) };
  const delegated = /^0xef0100([0-9a-f]{40})$/i.exec(code);
  if (delegated?.[1] !== undefined) return { kind: 'delegation (EIP-7702)', target: getAddress(`0x${delegated[1]}`) };
  const word = await client.getStorageAt({ address, slot: IMPLEMENTATION_SLOT });
  if (word === undefined || word === '0x' || hexToBigInt(word) === 0n) return null;
  return { kind: 'EIP-1967', target: getAddress(slice(word, 12)) };
}
