import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, isTephraError, type Logger, writeFileAtomic } from '@tephra/core';
import { createL1Client, type Deployments, deployPlatform, verifyDeployments } from '@tephra/l1';
import { z } from 'zod';
import { CliError } from '../cli/errors.ts';
import type { PlatformL1 } from './l1.ts';

const remembered = z.object({ l1ChainId: z.number(), factory: z.templateLiteral(['0x', z.string()]) });

/**
 * The shared L1 contracts: those that this data folder used before, when the L1 still has them, else deployed (or found,
 * since their addresses follow from their code).
 * @throws CliError L1_UNAVAILABLE
 */
export async function ensureDeployments(
  l1: PlatformL1,
  dataDir: string,
  deps: { logger: Logger },
): Promise<Deployments> {
  const file = path.join(dataDir, 'deployments.json');
  const known = await readFile(file, 'utf8').then(
    (text) => remembered.safeParse(JSON.parse(text)),
    () => undefined,
  );
  try {
    if (known?.success && known.data.l1ChainId === l1.chainId) {
      const client = createL1Client({ rpcUrl: l1.rpcUrl, chainId: l1.chainId });
      return await verifyDeployments(client, known.data).catch(() => deploy(l1, file, deps));
    }
    return await deploy(l1, file, deps);
  } catch (error) {
    throw new CliError('L1_UNAVAILABLE', `the L1 contracts cannot be deployed: ${errorMessage(error)}`, {
      hint: isTephraError(error) && error.hint ? error.hint : 'See the log.',
      cause: error,
    });
  }
}

async function deploy(l1: PlatformL1, file: string, deps: { logger: Logger }): Promise<Deployments> {
  const deployments = await deployPlatform(
    { rpcUrl: l1.rpcUrl, l1ChainId: l1.chainId, privateKey: l1.funderKey, pollIntervalMs: l1.embedded ? 50 : 1_000 },
    deps,
  );
  const { l1ChainId, factory } = deployments;
  await writeFileAtomic(file, `${JSON.stringify({ l1ChainId, factory }, null, 2)}\n`, { mode: 0o644 });
  return deployments;
}
