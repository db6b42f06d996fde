import type { LayerDetail, PlatformInfo } from '@tephra/api';
import { type Clock, type Logger, systemClock } from '@tephra/core';
import { createL1Client, type L1Client, TransactionSender } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { type CliContext, findPlatform, type PlatformRef } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { findLayerDetail } from '../cli/layers.ts';
import { signerSettings } from '../cli/settings.ts';

/** Both sides of one layer, as bridge operations need them. */
export type LayerChain = {
  name: string;
  l1: L1Client;
  l2: L1Client;
  l1RpcUrl: string;
  l1ChainId: number;
  l2RpcUrl: string;
  l2ChainId: number;
  rollup: Address;
  bridge: Address;
  decimals: number;
  symbol: string;
  gasless: boolean;
};

/** @throws CliError NOT_FOUND while the layer has no contracts yet. */
export function layerChain(detail: LayerDetail, platform: PlatformInfo): LayerChain {
  const { flashlayer, contracts } = detail;
  if (!contracts) {
    throw new CliError('NOT_FOUND', `${flashlayer.name} has no contracts on the L1 yet`, {
      hint: `Wait until it is active: ./tephra info ${flashlayer.name}`,
    });
  }
  const l2ChainId = Number(flashlayer.resources.chainId);
  return {
    name: flashlayer.name,
    l1: createL1Client({ rpcUrl: platform.l1.rpcUrl, chainId: platform.l1.chainId }),
    l2: createL1Client({ rpcUrl: flashlayer.resources.rpc, chainId: l2ChainId, pollIntervalMs: 100 }),
    l1RpcUrl: platform.l1.rpcUrl,
    l1ChainId: platform.l1.chainId,
    l2RpcUrl: flashlayer.resources.rpc,
    l2ChainId,
    rollup: contracts.rollup as Address,
    bridge: contracts.bridge as Address,
    decimals: Number(flashlayer.settings.tokenDecimals),
    symbol: flashlayer.settings.tokenSymbol,
    gasless: flashlayer.settings.gasless,
  };
}

/** Everything that `deposit` and `withdraw` start from. */
export async function openLayer(
  ref: string,
  flags: Record<string, unknown>,
  context: CliContext,
): Promise<{ platform: PlatformRef; info: PlatformInfo; detail: LayerDetail; chain: LayerChain }> {
  const platform = await findPlatform(flags, context);
  const [info, detail] = await Promise.all([platform.api.getPlatform(), findLayerDetail(platform.api, ref)]);
  return { platform, info, detail, chain: layerChain(detail, info) };
}

/**
 * The key that --private-key or --account name.
 * @throws CliError USAGE when there is neither a key nor DEV ONLY accounts.
 */
export function signerKey(flags: Record<string, unknown>, context: CliContext, info: PlatformInfo): Hex {
  const settings = signerSettings.resolve({ flags, env: context.env });
  if (settings.privateKey) return settings.privateKey as Hex;
  const account = info.accounts?.[settings.account];
  if (!account) {
    throw new CliError('USAGE', 'this platform has no DEV ONLY accounts, so a key is needed', {
      hint: 'Set TEPHRA_PRIVATE_KEY.',
    });
  }
  return account.privateKey as Hex;
}

export async function senderOn(
  side: 'l1' | 'l2',
  chain: LayerChain,
  privateKey: Hex,
  deps: { logger: Logger; clock?: Clock },
): Promise<TransactionSender> {
  return TransactionSender.create(
    side === 'l1'
      ? { rpcUrl: chain.l1RpcUrl, chainId: chain.l1ChainId, privateKey, pollIntervalMs: 200 }
      : { rpcUrl: chain.l2RpcUrl, chainId: chain.l2ChainId, privateKey, pollIntervalMs: 100 },
    { logger: deps.logger, clock: deps.clock ?? systemClock },
  );
}
