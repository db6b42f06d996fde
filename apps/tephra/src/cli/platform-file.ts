import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '@tephra/core';
import { z } from 'zod';

/** What a running platform leaves in its data folder for the other commands (mode 0600: it holds the token). */
export const platformFile = z.object({
  pid: z.number(),
  url: z.string(),
  token: z.string(),
  l1Url: z.string(),
  l1ChainId: z.number(),
  startedAt: z.string(),
});
export type PlatformFile = z.infer<typeof platformFile>;

export function platformFilePath(dataDir: string): string {
  return path.join(dataDir, 'platform.json');
}

export async function writePlatformFile(dataDir: string, content: PlatformFile): Promise<void> {
  await writeFileAtomic(platformFilePath(dataDir), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

/** Undefined when there is none or it cannot be read. */
export async function readPlatformFile(dataDir: string): Promise<PlatformFile | undefined> {
  try {
    return platformFile.parse(JSON.parse(await readFile(platformFilePath(dataDir), 'utf8')));
  } catch {
    return undefined;
  }
}

export async function removePlatformFile(dataDir: string): Promise<void> {
  await rm(platformFilePath(dataDir), { force: true });
}
