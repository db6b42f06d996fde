import type { SettlementAsset, SettlementPreview } from '@tephra/api';
import { bridgeAbi, type L1Client } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { zeroAddress } from 'viem';
import { z } from 'zod';
import type { NodeTarget } from '../driver/driver.ts';
import type { Layer } from '../store/layer-store.ts';
import type { TokenLookup } from './ledger.ts';
import { nodeRpc } from './node-rpc.ts';

/**
 * L1 gas of one payout inside a batch, by kind, and of what a settlement costs besides (pack, frames, batch overhead).
 * Rounded up from settlements measured on the embedded L1.
 */
const GAS = {
  native: 60_000n,
  erc20: 70_000n,
  erc721: 90_000n,
  erc1155: 90_000n,
  twin: 700_000n,
  base: 1_500_000n,
};

const count = z.union([z.string(), z.number()]).transform(Number);
const amount = z.union([z.string(), z.number()]).transform((value) => BigInt(value));
const address = z.string().transform((text) => text as Address);

/** Answer of admin_settlementPreview: what a settlement would look at if the layer were closed now. */
const previewAnswer = z.object({
  native: z.object({ holders: count, total: amount }),
  erc20: z.array(z.object({ token: address, l1Token: address, holders: count, total: amount })),
  bridgedErc721: z.array(z.object({ token: address, l1Token: address, tokens: count })),
  bridgedErc1155: z.array(z.object({ token: address, l1Token: address, units: count })),
  bornErc20: z.array(z.object({ token: address, holders: count, total: amount })),
  collections: z.array(z.object({ token: address, tokens: count })),
  collections1155: z.array(z.object({ token: address, units: count })),
});

/** Counts and costs of a destroy, by the node's own plan and the L1's present prices. @throws NodeRpcError */
export async function previewOfNode(
  layer: Layer,
  target: NodeTarget,
  lookup: TokenLookup,
  client: L1Client,
  adminToken: string,
): Promise<SettlementPreview> {
  const bridge = layer.bridge ?? zeroAddress;
  const [answer, escrow, gasPrice] = await Promise.all([
    nodeRpc(target, 'admin_settlementPreview', [], { token: adminToken, timeoutMs: 20_000 }),
    client.readContract({ address: bridge, abi: bridgeAbi, functionName: 'escrow' }),
    client.getGasPrice(),
  ]);
  const plan = previewAnswer.parse(answer);
  const assets: SettlementPreview['assets'] = [];
  if (plan.native.holders > 0) {
    assets.push({
      asset: {
        type: 'native',
        standard: 'native',
        l1Token: layer.native_twin,
        l2Token: null,
        name: layer.name,
        symbol: layer.settings.tokenSymbol,
        decimals: Number(layer.settings.tokenDecimals),
      },
      holders: plan.native.holders,
      total: plan.native.total.toString(),
    });
  }
  for (const token of plan.erc20) {
    const ether = token.l1Token === zeroAddress;
    const asset: SettlementAsset = {
      type: 'erc20',
      standard: 'erc20',
      l1Token: ether ? null : token.l1Token,
      l2Token: token.token,
      ...(ether ? { name: 'Ether', symbol: 'ETH', decimals: 18 } : await lookup(token.token, 'l2', 'erc20')),
    };
    assets.push({ asset, holders: token.holders, total: token.total.toString() });
  }
  for (const { token, holders, total } of plan.bornErc20) {
    const info = await lookup(token, 'l2', 'erc20');
    const asset: SettlementAsset = { type: 'erc20', standard: 'erc20', l1Token: null, l2Token: token, ...info };
    assets.push({ asset, holders, total: total.toString() });
  }
  for (const { token, units, l1Token } of [
    ...plan.bridgedErc1155,
    ...plan.collections1155.map((born) => ({ ...born, l1Token: null })),
  ]) {
    const info = await lookup(token, 'l2', 'erc1155');
    const asset: SettlementAsset = { type: 'erc1155', standard: 'erc1155', l1Token, l2Token: token, ...info };
    assets.push({ asset, holders: units, total: String(units) });
  }
  for (const token of plan.bridgedErc721) {
    const info = await lookup(token.token, 'l2', 'erc721');
    const asset: SettlementAsset = {
      type: 'erc721',
      standard: 'erc721',
      l1Token: token.l1Token,
      l2Token: token.token,
      ...info,
    };
    assets.push({ asset, holders: token.tokens, total: String(token.tokens) });
  }
  for (const token of plan.collections) {
    const info = await lookup(token.token, 'l2', 'erc721');
    const asset: SettlementAsset = { type: 'erc721', standard: 'erc721', l1Token: null, l2Token: token.token, ...info };
    assets.push({ asset, holders: token.tokens, total: String(token.tokens) });
  }

  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  const erc20Holders = sum([...plan.erc20, ...plan.bornErc20].map((token) => token.holders));
  const erc1155Units = sum([...plan.bridgedErc1155, ...plan.collections1155].map((token) => token.units));
  const twins = plan.collections.length + plan.bornErc20.length + plan.collections1155.length;
  const erc721Tokens = sum([...plan.bridgedErc721, ...plan.collections].map((token) => token.tokens));
  const l1Gas =
    GAS.base +
    BigInt(plan.native.holders) * GAS.native +
    BigInt(erc20Holders) * GAS.erc20 +
    BigInt(erc721Tokens) * GAS.erc721 +
    BigInt(erc1155Units) * GAS.erc1155 +
    BigInt(twins) * GAS.twin;
  return {
    counts: {
      nativeHolders: plan.native.holders,
      erc20Tokens: plan.erc20.length + plan.bornErc20.length,
      erc20Holders,
      collections: plan.collections.length,
      erc721Tokens,
      erc1155Units,
    },
    assets,
    estimate: {
      l1Gas: l1Gas.toString(),
      costWei: (l1Gas * gasPrice).toString(),
      escrowWei: escrow.toString(),
      covered: escrow >= l1Gas * gasPrice,
      windowSeconds: layer.challenge_period,
    },
  };
}
