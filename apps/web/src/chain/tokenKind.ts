import { type Address, type PublicClient, parseAbi } from 'viem';

export type TokenStandard = 'erc20' | 'erc721' | 'erc1155';

const abi = parseAbi([
  'function supportsInterface(bytes4 id) view returns (bool)',
  'function totalSupply() view returns (uint256)',
  'function decimals() view returns (uint8)',
]);

/** What kind of token a contract is by what it answers; null when it is none. `supply` where it tells one. */
export async function readTokenKind(
  client: PublicClient,
  address: Address,
): Promise<{ standard: TokenStandard; supply: bigint | null } | null> {
  const supports = (id: '0x80ac58cd' | '0xd9b67a26') =>
    client.readContract({ address, abi, functionName: 'supportsInterface', args: [id] }).catch(() => false);
  const [erc721, erc1155, supply, decimals] = await Promise.all([
    supports('0x80ac58cd'),
    supports('0xd9b67a26'),
    client.readContract({ address, abi, functionName: 'totalSupply' }).catch(() => null),
    client.readContract({ address, abi, functionName: 'decimals' }).catch(() => null),
  ]);
  if (erc721) return { standard: 'erc721', supply };
  if (erc1155) return { standard: 'erc1155', supply };
  // ERC-20 has no ERC-165 id: a supply and decimals are the least that such a token tells.
  return supply !== null && decimals !== null ? { standard: 'erc20', supply } : null;
}
