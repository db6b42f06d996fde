import { useQuery } from '@tanstack/react-query';
import { type Address, erc20Abi, type PublicClient } from 'viem';
import { useLayerChain } from './useChain.tsx';

/** What a token says of itself; null where it says nothing. */
export type TokenFacts = { name: string | null; symbol: string | null; decimals: number | null };

export async function readToken(client: PublicClient, address: Address): Promise<TokenFacts> {
  const ask = (functionName: 'name' | 'symbol') =>
    client.readContract({ address, abi: erc20Abi, functionName }).then(tidy, () => null);
  const [name, symbol, decimals] = await Promise.all([
    ask('name'),
    ask('symbol'),
    client.readContract({ address, abi: erc20Abi, functionName: 'decimals' }).catch(() => null),
  ]);
  return { name, symbol, decimals };
}

/** Names come from strangers: one line of at most 40 characters without control characters. */
function tidy(text: string): string | null {
  const line = text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 40);
  return line === '' ? null : line;
}

/** Facts of a token of the page's layer; undefined until they are read. */
export function useToken(address: Address): TokenFacts | undefined {
  const { client, id, reachable } = useLayerChain();
  return useQuery({
    queryKey: ['token', id, address.toLowerCase()],
    queryFn: () => readToken(client, address),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: reachable,
  }).data;
}
