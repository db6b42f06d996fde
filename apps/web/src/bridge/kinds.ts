import type { Flashlayer } from '@tephra/api';

/** What can cross: the layer's coin, ETH where that is not the coin, and tokens of every standard. */
export type AssetKind = 'native' | 'eth' | 'erc20' | 'erc721' | 'erc1155';
export const ASSET_KINDS = ['native', 'eth', 'erc20', 'erc721', 'erc1155'] as const satisfies readonly AssetKind[];
export type Direction = 'deposit' | 'withdraw';

type Mode = NonNullable<Flashlayer['settings']['currencyMode']>;
const TOKENS = [
  { value: 'erc20', label: 'ERC-20' },
  { value: 'erc721', label: 'NFT' },
  { value: 'erc1155', label: 'ERC-1155' },
] as const;

/** What a layer's bridge takes in a direction, by how its coin comes into being. */
export function kindsOf(direction: Direction, mode: Mode, symbol: string): { value: AssetKind; label: string }[] {
  if (direction === 'withdraw') return [{ value: 'native', label: symbol }, ...TOKENS];
  if (mode === 'eth') return [{ value: 'native', label: 'ETH' }, ...TOKENS];
  // An issued coin is not of the L1: only ETH and tokens come from there.
  if (mode === 'issued') return [{ value: 'eth', label: 'ETH' }, ...TOKENS];
  return [{ value: 'native', label: symbol }, { value: 'eth', label: 'ETH' }, ...TOKENS];
}

export const NOTES: Record<Direction, Record<AssetKind, (mode: Mode, symbol: string) => string>> = {
  deposit: {
    native: (mode, symbol) =>
      mode === 'eth' ? 'Arrives as the layer’s own coin, one to one.' : `Arrives as ${symbol}, the layer’s own coin.`,
    eth: () => 'ETH arrives as a bridged token of the same name; the layer has a coin of its own.',
    erc20: () => 'Arrives as a bridged token with the same name, symbol and decimals.',
    erc721: () => 'Arrives as a bridged token with the same id and token URI; the original waits in the bridge.',
    erc1155: () => 'Arrives as bridged items with the same id and URI; the originals wait in the bridge.',
  },
  withdraw: {
    native: (mode) =>
      mode === 'issued'
        ? 'The coin is taken out of the layer for good and minted as an ERC-20 twin on the L1.'
        : 'Released by the bridge on the L1, one to one.',
    eth: () => '',
    erc20: () => 'A bridged token is released on the L1; one born here is minted on its L1 twin.',
    erc721: () => 'A bridged token is released on the L1; one born here is minted on its L1 twin with its token URI.',
    erc1155: () => 'Bridged items are released on the L1; those born here are minted on their L1 twin.',
  },
};
