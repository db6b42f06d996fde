import type { SettlementAsset, SettlementItem, SettlementLedger } from '@tephra/api';
import { SETTLEMENT_PHASES, TOKEN_STANDARDS } from '@tephra/api';
import type { Address, Hash } from '@tephra/protocol';
import { zeroAddress } from 'viem';
import { z } from 'zod';
import type { NodeTarget } from '../driver/driver.ts';
import type { Layer } from '../store/layer-store.ts';
import { nodeRpc } from './node-rpc.ts';

/** Numbers of the node: hex quantities or decimal text. */
const big = z.union([z.string(), z.number()]).transform((value, context) => {
  try {
    return BigInt(value);
  } catch {
    context.addIssue({ code: 'custom', message: 'is no number' });
    return z.NEVER;
  }
});
const address = z.string().transform((text) => text as Address);

const entry = z.object({
  index: big.transform(Number),
  asset: z.enum(['native', ...TOKEN_STANDARDS, 'collection', 'claim']),
  standard: z.enum(['native', ...TOKEN_STANDARDS]).nullable(),
  token: address.nullable(),
  twin: address.nullable(),
  to: address.nullable(),
  amount: big.nullable(),
  tokenId: big.nullable(),
  status: z.enum(['pending', 'paid', 'claimable']),
  l1TransactionHash: z
    .string()
    .transform((text) => text as Hash)
    .nullable(),
});
type Entry = z.output<typeof entry>;

const settlementAnswer = z.object({
  phase: z.enum(SETTLEMENT_PHASES),
  written: big.transform(Number),
  planned: big.transform(Number),
  windowEnd: big.transform(Number).nullable(),
  escrowWei: big.nullable(),
  gasUsed: big,
  error: z.string().nullable(),
  unsettled: z.array(
    z.object({
      token: address,
      standard: z.enum(TOKEN_STANDARDS).nullable(),
      reason: z.enum(['over-quota', 'refused']),
      items: z.number().nullable(),
    }),
  ),
  entries: z.array(entry),
});

/** Name, symbol and decimals of a token. */
export type TokenInfo = { name: string; symbol: string; decimals: number };
/** Looks a token up on the L1 or on the layer; remembered by the caller. */
export type TokenLookup = (
  token: Address,
  where: 'l1' | 'l2',
  standard: SettlementAsset['standard'],
) => Promise<TokenInfo>;

/** The ledger as the layer's node has it now; undefined while it knows of no settlement. @throws NodeRpcError */
export async function ledgerOfNode(
  layer: Layer,
  target: NodeTarget,
  lookup: TokenLookup,
  now: number,
): Promise<SettlementLedger | undefined> {
  const answer = await nodeRpc(target, 'tephra_settlement', [], { timeoutMs: 20_000 });
  if (answer === null || answer === undefined) return undefined;
  const settlement = settlementAnswer.parse(answer);
  const items: SettlementItem[] = [];
  const counts = { total: 0, paid: 0, claimable: 0, pending: 0 };
  for (const row of settlement.entries) {
    items.push({
      index: row.index,
      asset: await assetOf(row, layer, lookup),
      owner: row.to ?? zeroAddress,
      amount: row.amount?.toString() ?? null,
      tokenId: row.tokenId?.toString() ?? null,
      status: row.status,
      l1TransactionHash: row.l1TransactionHash,
    });
    counts.total++;
    counts[row.status]++;
  }
  return {
    phase: settlement.phase,
    written: settlement.written,
    planned: settlement.planned,
    windowEnd: settlement.windowEnd,
    counts,
    l1GasUsed: settlement.gasUsed.toString(),
    escrowWei: settlement.escrowWei?.toString() ?? null,
    error: settlement.error,
    unsettled: settlement.unsettled,
    items,
    updatedAt: new Date(now).toISOString(),
  };
}

/** A layer whose settlement has not begun, or that had nothing to settle. */
export function emptyLedger(phase: SettlementLedger['phase'], now: number): SettlementLedger {
  return {
    phase,
    written: 0,
    planned: 0,
    windowEnd: null,
    counts: { total: 0, paid: 0, claimable: 0, pending: 0 },
    l1GasUsed: '0',
    escrowWei: null,
    error: null,
    unsettled: [],
    items: [],
    updatedAt: new Date(now).toISOString(),
  };
}

async function assetOf(row: Entry, layer: Layer, lookup: TokenLookup): Promise<SettlementAsset> {
  const { settings } = layer;
  const { standard } = row;
  if (row.asset === 'native') {
    return {
      type: 'native',
      standard,
      l1Token: row.twin ?? layer.native_twin,
      l2Token: null,
      name: layer.name,
      symbol: settings.tokenSymbol,
      decimals: Number(settings.tokenDecimals),
    };
  }
  // A twin means that the asset was born on the layer, so `token` is its address there.
  const born = row.twin !== null || row.asset === 'collection' || row.asset === 'claim';
  const l1Token = born ? row.twin : row.token;
  const l2Token = born ? row.token : null;
  if (row.asset === 'erc20' && l1Token === zeroAddress) {
    return { type: 'erc20', standard, l1Token: null, l2Token: null, name: 'Ether', symbol: 'ETH', decimals: 18 };
  }
  const info = row.token
    ? await lookup(row.token, born ? 'l2' : 'l1', standard)
    : { name: '', symbol: '', decimals: 0 };
  return { type: row.asset, standard, l1Token, l2Token, ...info };
}
