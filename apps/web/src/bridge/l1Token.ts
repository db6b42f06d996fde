import { useQuery } from '@tanstack/react-query';
import { type Address, erc20Abi, erc721Abi, isAddress, type PublicClient } from 'viem';
import { readToken } from '../chain/tokens.ts';

export type L1TokenView = {
  name: string | null;
  symbol: string | null;
  decimals: number | null;
  /** What the account holds; null when the token does not say. */
  balance: bigint | null;
};

/** Facts of a token of the L1 and what the account holds of it. */
export function useL1Token(client: PublicClient | undefined, text: string, account: Address | undefined) {
  const address = text.trim();
  const valid = isAddress(address, { strict: false });
  return useQuery({
    queryKey: ['l1-token', client?.chain?.id, address, account],
    queryFn: async (): Promise<L1TokenView | null> => {
      if (client === undefined || !valid) return null;
      const code = await client.getCode({ address });
      if (code === undefined || code === '0x') throw new Error('There is no contract at this address on the L1.');
      const facts = await readToken(client, address);
      const balance =
        account === undefined
          ? null
          : await client
              .readContract({ address, abi: erc20Abi, functionName: 'balanceOf', args: [account] })
              .catch(() => null);
      return { ...facts, balance };
    },
    enabled: client !== undefined && valid,
    retry: false,
    refetchInterval: 6_000,
  });
}

/** Owner of an ERC-721 token; null when it does not exist. */
export async function ownerOfNft(client: PublicClient, token: Address, tokenId: bigint): Promise<Address | null> {
  return client
    .readContract({ address: token, abi: erc721Abi, functionName: 'ownerOf', args: [tokenId] })
    .catch(() => null);
}
