import { defineSettings, systemClock } from '@tephra/core';
import { type L1Client, type RestakingDeployment, type StrategyDeployment, TransactionSender } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { isAddress } from 'viem';
import { type CliContext, findPlatform, type PlatformRef } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { clientSettings, signerSettings } from '../cli/settings.ts';
import { findNetwork, networkSettings } from '../operator/network.ts';

const { network, deployment, l1Rpc } = networkSettings.definitions;

const { url, dataDir, json } = clientSettings.definitions;

/** Where restaking lives, and who signs. `--token` names a token of the L1 here; that of the API comes from TEPHRA_TOKEN. */
export const stakeSettings = defineSettings({
  url,
  dataDir,
  json,
  network,
  deployment,
  l1Rpc,
  ...signerSettings.definitions,
});

/** Contracts and L1 that a staker works with. */
export type Restaking = { l1: L1Client; l1RpcUrl: string; l1ChainId: number; deployment: RestakingDeployment };
export type SigningRestaking = Restaking & { sender: TransactionSender };

/** @throws CliError NOT_RUNNING, NOT_FOUND, USAGE */
export async function openRestaking(flags: Record<string, unknown>, context: CliContext): Promise<Restaking> {
  const { l1, l1RpcUrl, l1ChainId, restaking } = await findNetwork(withoutToken(flags), context);
  return { l1, l1RpcUrl, l1ChainId, deployment: restaking };
}

/** @throws CliError, also USAGE when nobody can sign; L1Error */
export async function openSigning(flags: Record<string, unknown>, context: CliContext): Promise<SigningRestaking> {
  const restaking = await openRestaking(flags, context);
  const sender = await TransactionSender.create(
    {
      rpcUrl: restaking.l1RpcUrl,
      chainId: restaking.l1ChainId,
      privateKey: await signerKey(flags, context),
      pollIntervalMs: 200,
    },
    { logger: context.logger, clock: systemClock },
  );
  return { ...restaking, sender };
}

/** The platform, as far as a staker needs it. @throws CliError NOT_RUNNING */
export function stakerPlatform(flags: Record<string, unknown>, context: CliContext): Promise<PlatformRef> {
  return findPlatform(withoutToken(flags), context);
}

function withoutToken(flags: Record<string, unknown>): Record<string, unknown> {
  return { ...flags, token: undefined };
}

async function signerKey(flags: Record<string, unknown>, context: CliContext): Promise<Hex> {
  const settings = signerSettings.resolve({ flags, env: context.env });
  if (settings.privateKey) return settings.privateKey as Hex;
  if (flags.deployment === undefined) {
    const { api } = await stakerPlatform(flags, context);
    const account = (await api.getPlatform()).accounts?.[settings.account];
    if (account) return account.privateKey as Hex;
  }
  throw new CliError('USAGE', 'there are no DEV ONLY accounts here, so a key is needed', {
    hint: 'Set TEPHRA_PRIVATE_KEY.',
  });
}

/** A strategy by the symbol or address of its token. @throws CliError NOT_FOUND naming those that there are */
export function strategyOf({ deployment }: Pick<Restaking, 'deployment'>, name: unknown): StrategyDeployment {
  const wanted = String(name ?? '').toLowerCase();
  const found = deployment.strategies.find(
    ({ symbol, token, strategy }) =>
      symbol.toLowerCase() === wanted || token?.toLowerCase() === wanted || strategy.toLowerCase() === wanted,
  );
  if (found) return found;
  const symbols = deployment.strategies.map(({ symbol }) => symbol).join(', ');
  throw new CliError(name === undefined ? 'USAGE' : 'NOT_FOUND', `--token must be one of ${symbols}`, {
    hint: 'For a token that has no strategy, anybody can call StrategyFactory.deployNewStrategy.',
  });
}

/** @throws CliError USAGE */
export function addressArgument(value: unknown, what: string): Address {
  if (typeof value === 'string' && isAddress(value)) return value;
  throw new CliError('USAGE', `${what} must be an address, not ${String(value)}`);
}
