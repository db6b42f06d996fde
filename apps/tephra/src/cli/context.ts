import path from 'node:path';
import { type ApiClient, createApiClient } from '@tephra/api';
import type { Logger } from '@tephra/core';
import { isProcessAlive } from '@tephra/core';
import { CliError } from './errors.ts';
import type { Output } from './output.ts';
import { DEFAULT_DATA_DIR } from './paths.ts';
import { readPlatformFile } from './platform-file.ts';
import { clientSettings } from './settings.ts';

/** What a command gets of the process around it. */
export type CliContext = {
  env: Record<string, string | undefined>;
  cwd: string;
  out: Output;
  stdin: NodeJS.ReadStream;
  /** Fires on Ctrl-C and SIGTERM. */
  signal: AbortSignal;
  logger: Logger;
};

/** A running platform as a client sees it. */
export type PlatformRef = { url: string; token: string | undefined; api: ApiClient; dataDir: string };

export function resolveDataDir(given: string | undefined, cwd: string): string {
  return given === undefined ? DEFAULT_DATA_DIR : path.resolve(cwd, given);
}

/**
 * The platform named by --url/--token or the environment, else the one that runs on the data folder.
 * @throws CliError NOT_RUNNING
 */
export async function findPlatform(flags: Record<string, unknown>, context: CliContext): Promise<PlatformRef> {
  const settings = clientSettings.resolve({ flags, env: context.env });
  const dataDir = resolveDataDir(settings.dataDir, context.cwd);
  const file = await readPlatformFile(dataDir);
  const alive = file !== undefined && isProcessAlive({ pid: file.pid, started: null });
  const url = settings.url ?? (alive ? file.url : undefined);
  if (url === undefined) {
    throw new CliError('NOT_RUNNING', `no platform runs on ${dataDir}`, {
      hint: 'Start one with ./tephra up, or name one with --url and --token.',
    });
  }
  // A token of this folder is of no use to another platform, and must not be shown to it.
  const token = settings.token ?? (file && sameOrigin(file.url, url) ? file.token : undefined);
  return { url, token, dataDir, api: createApiClient({ baseUrl: url, ...(token ? { token } : {}) }) };
}

function sameOrigin(a: string, b: string): boolean {
  return new URL(a).origin === new URL(b).origin;
}
