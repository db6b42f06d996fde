import { encodeAbiParameters, type Hash, keccak256 } from 'viem';

/** What the number in a source hash counts. */
export const SOURCE_DOMAINS = { origin: 0, message: 1, settlement: 2, forced: 3 } as const;

/** keccak256(abi.encode(chainId, domain, number)): makes each system transaction, and so its hash, unique. */
export function sourceHash(chainId: bigint, domain: keyof typeof SOURCE_DOMAINS, number: bigint): Hash {
  return keccak256(
    encodeAbiParameters(
      [{ type: 'uint256' }, { type: 'uint256' }, { type: 'uint256' }],
      [chainId, BigInt(SOURCE_DOMAINS[domain]), number],
    ),
  );
}
