import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  avsDeploymentAnswer,
  avsDeploymentOf,
  deploymentFile,
  restakingDeploymentAnswer,
  restakingDeploymentOf,
} from '@tephra/api';
import { errorMessage, writeFileAtomic } from '@tephra/core';
import type { IndexedDeployments } from '@tephra/indexer';
import { z } from 'zod';
import { CliError } from '../../cli/errors.ts';

const hash = z.templateLiteral(['0x', z.string()]);

/** What a data folder remembers of its restaking contracts, so that a restart neither looks for nor changes anything. */
const record = deploymentFile.extend({
  /** Tells chains apart that share an id. */
  genesisHash: hash,
  /** Operators whose stakes and registrations are made; what happens to these later is nobody's but theirs. */
  readyOperators: z.array(z.string()),
});
type RecordFile = z.infer<typeof record>;

export type RestakingRecord = IndexedDeployments & Pick<RecordFile, 'genesisHash' | 'readyOperators'>;

function recordPath(dataDir: string): string {
  return path.join(dataDir, 'restaking.json');
}

/** Undefined when there is none for this chain. */
export async function readRecord(dataDir: string, genesisHash: string): Promise<RestakingRecord | undefined> {
  const text = await readFile(recordPath(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const found = record.safeParse(JSON.parse(text));
  if (!found.success || found.data.genesisHash !== genesisHash) return undefined;
  return { ...found.data, ...deploymentsOf(found.data) };
}

export async function writeRecord(dataDir: string, content: RestakingRecord): Promise<void> {
  const { l1ChainId, genesisHash, deployment, avss, readyOperators } = content;
  const file: RecordFile = {
    l1ChainId,
    genesisHash,
    deployment: restakingDeploymentAnswer(deployment),
    avss: avss.map(avsDeploymentAnswer),
    readyOperators,
  };
  await writeFileAtomic(recordPath(dataDir), `${JSON.stringify(file, null, 2)}\n`, { mode: 0o644 });
}

/** Contracts that somebody else deployed. @throws CliError USAGE when the file is none, or speaks of another chain */
export async function readDeploymentFile(file: string, l1ChainId: number): Promise<IndexedDeployments> {
  let content: z.infer<typeof deploymentFile>;
  try {
    content = deploymentFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new CliError('USAGE', `${file} does not describe a deployment: ${errorMessage(cause)}`, {
      hint: 'It has the form of GET /v1/restaking.',
      cause,
    });
  }
  if (content.l1ChainId !== l1ChainId) {
    throw new CliError('USAGE', `${file} is about chain ${content.l1ChainId}, the L1 is chain ${l1ChainId}`);
  }
  return deploymentsOf(content);
}

function deploymentsOf(content: z.infer<typeof deploymentFile>): IndexedDeployments {
  return {
    l1ChainId: content.l1ChainId,
    deployment: restakingDeploymentOf(content.deployment),
    avss: content.avss.map(avsDeploymentOf),
  };
}
