import type { SettlementAsset } from '@tephra/api';
import { formatUnits, plural } from '../lib/format.ts';

const KINDS: Record<SettlementAsset['type'], string> = {
  native: 'Coin of the layer',
  erc20: 'ERC-20',
  erc721: 'ERC-721',
  erc1155: 'ERC-1155',
  collection: 'Description of a twin',
  claim: 'Left to an addendum',
};

export function assetName(asset: SettlementAsset, coin: string): string {
  if (asset.type === 'native') return asset.symbol || coin;
  return asset.name || asset.symbol || 'Unnamed token';
}

export function assetKind(asset: SettlementAsset): string {
  return KINDS[asset.type];
}

/** A sum of an asset with its unit. */
export function assetTotal(asset: SettlementAsset, total: bigint, coin: string): string {
  if (asset.type === 'erc1155') return plural(total, 'item');
  if (asset.type === 'erc721' || asset.type === 'collection' || asset.type === 'claim')
    return plural(total, asset.type === 'claim' ? 'claim' : 'token');
  return `${formatUnits(total, asset.decimals)} ${asset.symbol || coin}`;
}
