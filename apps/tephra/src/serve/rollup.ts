import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createLogger, errorMessage } from '@tephra/core';
import { RollupNode, rollupNodeConfig } from '@tephra/rollup';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { serveSettings } from '../cli/settings.ts';
import { VERSION } from '../cli/version.ts';
import { parentSignal, runService } from './run-service.ts';

const WAIT_POLL_MS = 15;

/** Runs one node until a signal, the end of its parent, or a failure that it cannot survive. */
export async function serveRollup(
  configFile: string,
  options: { followParent: boolean; wait: boolean },
  context: CliContext,
): Promise<void> {
  try {
    await runNode(configFile, options, context);
  } finally {
    // Watching for the parent would keep a process alive that has nothing left to do.
    context.stdin.destroy();
  }
}

async function runNode(
  configFile: string,
  options: { followParent: boolean; wait: boolean },
  context: CliContext,
): Promise<void> {
  const parent = parentSignal(context.stdin, options.followParent);
  if (options.wait && !(await appears(configFile, AbortSignal.any([context.signal, parent])))) return;
  const config = await readConfig(configFile);
  const { logLevel } = serveSettings.resolve({ env: context.env });
  const logger = createLogger({ name: config.name, level: logLevel });
  const failed = new AbortController();
  const node = new RollupNode({ ...config, version: VERSION }, { logger, onFatal: (error) => failed.abort(error) });
  await runService(node, { parent, failed: failed.signal }, { signal: context.signal, logger });
}

/** Waits for a file that is renamed into place; false when the signal came first. */
async function appears(file: string, signal: AbortSignal): Promise<boolean> {
  for (; !existsSync(file); await new Promise((resolve) => setTimeout(resolve, WAIT_POLL_MS))) {
    if (signal.aborted) return false;
  }
  return true;
}

async function readConfig(file: string) {
  try {
    return rollupNodeConfig.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new CliError('USAGE', `${file} is not a node's settings: ${errorMessage(cause)}`, { cause });
  }
}
