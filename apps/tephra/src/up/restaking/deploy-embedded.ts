import type { Logger } from '@tephra/core';
import type { IndexedDeployments } from '@tephra/indexer';
import {
  type AvsDeployment,
  deployEchoAvs,
  deployRestaking,
  deployVitalAvs,
  EMBEDDED_RESTAKING,
  operatorAllowlistAbi,
  type TransactionSender,
} from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { encodeFunctionData, isAddressEqual } from 'viem';
import type { OperatorKeys } from './operator-keys.ts';
import type { RestakingPartOptions } from './restaking-part.ts';

/** Receipts on the embedded L1, which mines each second, are asked for so often. */
const POLL_MS = 100;

/**
 * The restaking core with dev tokens, the echo AVS and VITAL, on the embedded L1. Their allowlists are enabled with the platform's
 * operators on them. The first dev account owns them, so that a user can let an own operator in, or everybody; the platform stays
 * its manager.
 * @throws L1Error, DeploymentError
 */
export async function deployEmbedded(
  l1: RestakingPartOptions['l1'],
  operators: readonly OperatorKeys[],
  factory: Address,
  deps: { platform: TransactionSender; logger: Logger },
): Promise<IndexedDeployments> {
  const { platform, logger } = deps;
  const common = { rpcUrl: l1.rpcUrl, l1ChainId: l1.chainId, privateKey: l1.funderKey, pollIntervalMs: POLL_MS };
  const deployment = await deployRestaking(
    {
      ...common,
      parameters: EMBEDDED_RESTAKING,
      devTokenHolders: l1.accounts.map(({ address }) => address),
    },
    { logger, sender: platform },
  );
  const allowlist = { enabled: true, operators: operators.map(({ account }) => account.address) };
  const avs = { ...common, restaking: deployment, allowlist };
  const [echo, vital] = await Promise.all([
    deployEchoAvs(avs, { logger, sender: platform }),
    deployVitalAvs({ ...avs, factory }, { logger, sender: platform }),
  ]);
  const owner = l1.accounts[0]?.address;
  if (owner) for (const { allowlist: list } of [echo, vital]) await giveAllowlist(list, owner, platform);
  return { l1ChainId: l1.chainId, deployment, avss: [echo, vital] };
}

/** Hands an allowlist over that is still the platform's. */
async function giveAllowlist(
  list: AvsDeployment['allowlist'],
  owner: Address,
  platform: TransactionSender,
): Promise<void> {
  const contract = { address: list, abi: operatorAllowlistAbi } as const;
  const current = await platform.client.readContract({ ...contract, functionName: 'owner' });
  if (!isAddressEqual(current, platform.address)) return;
  await platform.send({
    to: list,
    data: encodeFunctionData({ abi: operatorAllowlistAbi, functionName: 'transferOwnership', args: [owner] }),
  });
}
