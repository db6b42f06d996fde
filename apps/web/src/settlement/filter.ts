import type { SettlementItem } from '@tephra/api';

export type Show = 'all' | SettlementItem['status'];

/** What makes two lines the same asset; descriptions of twins belong to their token. */
function keyOf({ type, standard, l2Token, l1Token }: SettlementItem['asset']): string {
  const token = l2Token ?? l1Token ?? '';
  return `${type === 'collection' ? (standard ?? 'erc721') : type} ${token.toLowerCase()}`.trim();
}

/** Lines of the ledger that fit owner text, status and asset (empty: every asset). */
export function filterItems(items: readonly SettlementItem[], owner: string, show: Show, asset = ''): SettlementItem[] {
  const text = owner.trim().toLowerCase();
  return items.filter(
    (item) =>
      (show === 'all' || item.status === show) &&
      (text === '' || item.owner.toLowerCase().includes(text)) &&
      (asset === '' || keyOf(item.asset) === asset),
  );
}

/** One line per asset: how many owners, how much, how it stands. */
export type AssetSummary = {
  key: string;
  asset: SettlementItem['asset'];
  items: number;
  owners: number;
  /** Sum in smallest units, or number of NFTs. */
  total: bigint;
  paid: number;
  claimable: number;
  pending: number;
};

export function summarise(items: readonly SettlementItem[]): AssetSummary[] {
  const groups = new Map<string, AssetSummary & { seen: Set<string> }>();
  for (const item of items) {
    if (item.asset.type === 'collection') continue;
    const key = keyOf(item.asset);
    const group = groups.get(key) ?? {
      key,
      asset: item.asset,
      items: 0,
      owners: 0,
      total: 0n,
      paid: 0,
      claimable: 0,
      pending: 0,
      seen: new Set<string>(),
    };
    group.items += 1;
    group.seen.add(item.owner.toLowerCase());
    group.owners = group.seen.size;
    group.total += item.amount === null ? 1n : BigInt(item.amount);
    group[item.status] += 1;
    groups.set(key, group);
  }
  return [...groups.values()].map(({ seen: _, ...summary }) => summary);
}
