import type { Logger } from '@tephra/core';
import type { IndexedDeployments } from '@tephra/indexer';
import {
  deployEchoAvs,
  deployRestaking,
  EMBEDDED_RESTAKING,
  operatorAllowlistAbi,
  type TransactionSender,
} from '@tephra/l1';
import { encodeFunctionData, isAddressEqual } from 'viem';
import type { OperatorKeys } from './operator-keys.ts';
import type { RestakingPartOptions } from './restaking-part.ts';

/** Receipts on the embedded L1, which mines each second, are asked for so often. */
const POLL_MS = 100;

/**
 * The restaking core with dev tokens, and the echo AVS, on the embedded L1. Its allowlist is enabled with the platform's
 * operators on it. The first dev account owns it, so that a user can let an own operator in, or everybody; the platform stays
 * its manager.
 * @throws L1Error, DeploymentError
 */
export async function deployEmbedded(
  l1: RestakingPartOptions['l1'],
  operators: readonly OperatorKeys[],
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
  const echo = await deployEchoAvs(
    {
      ...common,
      restaking: deployment,
      allowlist: { enabled: true, operators: operators.map(({ account }) => account.address) },
    },
    { logger, sender: platform },
  );
  const owner = l1.accounts[0]?.address;
  const allowlist = { address: echo.allowlist, abi: operatorAllowlistAbi } as const;
  const current = await platform.client.readContract({ ...allowlist, functionName: 'owner' });
  if (owner && isAddressEqual(current, platform.address)) {
    await platform.send({
      to: echo.allowlist,
      data: encodeFunctionData({ abi: operatorAllowlistAbi, functionName: 'transferOwnership', args: [owner] }),
    });
  }
  return { l1ChainId: l1.chainId, deployment, avss: [echo] };
}
