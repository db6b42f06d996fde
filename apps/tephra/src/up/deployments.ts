import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage, isTephraError, type Logger, writeFileAtomic } from '@tephra/core';
import {
  createL1Client,
  type Deployments,
  deployPlatform,
  EMBEDDED_GAME,
  PUBLIC_GAME,
  verifyDeployments,
} from '@tephra/l1';
import type { Hash } from '@tephra/protocol';
import { z } from 'zod';
import { CliError } from '../cli/errors.ts';
import type { PlatformL1 } from './l1.ts';

const hex = z.templateLiteral(['0x', z.string()]);
/** `genesisHash` tells chains apart that share an id, as test networks do. */
const remembered = z.object({ l1ChainId: z.number(), genesisHash: hex, factory: hex });

/**
 * The shared L1 contracts: those that this data folder used before, when the L1 still has them, else deployed (or found,
 * since their addresses follow from their code).
 * @throws CliError L1_UNAVAILABLE, also when the folder's layers live on another L1
 */
export async function ensureDeployments(
  l1: PlatformL1,
  dataDir: string,
  deps: { logger: Logger },
): Promise<Deployments> {
  const file = path.join(dataDir, 'deployments.json');
  const known = await readFile(file, 'utf8').then(
    (text) => remembered.safeParse(JSON.parse(text)).data,
    () => undefined,
  );
  try {
    const client = createL1Client({ rpcUrl: l1.rpcUrl, chainId: l1.chainId });
    const { hash: genesisHash } = await client.getBlock({ blockNumber: 0n });
    if (known) {
      if (known.l1ChainId !== l1.chainId || known.genesisHash !== genesisHash) throw otherL1(dataDir, known.l1ChainId);
      const verified = await verifyDeployments(client, known).catch(() => undefined);
      if (verified) return verified;
    }
    return await deploy(l1, { file, genesisHash }, deps);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('L1_UNAVAILABLE', `the L1 contracts cannot be deployed: ${errorMessage(error)}`, {
      hint: isTephraError(error) && error.hint ? error.hint : 'See the log.',
      cause: error,
    });
  }
}

function otherL1(dataDir: string, chainId: number): CliError {
  return new CliError('L1_UNAVAILABLE', `the layers in ${dataDir} live on another L1 (chain ${chainId})`, {
    hint: 'Start with that L1 again, or choose another folder with --data-dir.',
  });
}

async function deploy(
  l1: PlatformL1,
  { file, genesisHash }: { file: string; genesisHash: Hash },
  deps: { logger: Logger },
): Promise<Deployments> {
  const deployments = await deployPlatform(
    {
      rpcUrl: l1.rpcUrl,
      l1ChainId: l1.chainId,
      privateKey: l1.funderKey,
      pollIntervalMs: l1.embedded ? 50 : 1_000,
      gameTerms: l1.embedded ? EMBEDDED_GAME : PUBLIC_GAME,
    },
    deps,
  );
  const { l1ChainId, factory } = deployments;
  await writeFileAtomic(file, `${JSON.stringify({ l1ChainId, genesisHash, factory }, null, 2)}\n`, { mode: 0o644 });
  return deployments;
}
