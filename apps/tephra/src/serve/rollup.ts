import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createLogger, errorMessage } from '@tephra/core';
import { RollupNode, rollupNodeConfig } from '@tephra/rollup';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { serveSettings } from '../cli/settings.ts';
import { VERSION } from '../cli/version.ts';

/** SIGTERM drains within this; what still hangs then is cut off, as after a crash. */
const STOP_LIMIT_MS = 4_500;
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
  const parent = options.followParent ? parentGone(context.stdin) : new AbortController().signal;
  if (options.wait && !(await appears(configFile, AbortSignal.any([context.signal, parent])))) return;
  const config = await readConfig(configFile);
  const { logLevel } = serveSettings.resolve({ env: context.env });
  const logger = createLogger({ name: config.name, level: logLevel });
  const failed = new AbortController();
  const node = new RollupNode({ ...config, version: VERSION }, { logger, onFatal: (error) => failed.abort(error) });
  const end = AbortSignal.any([context.signal, parent, failed.signal]);
  const stop = async (): Promise<void> => {
    const limit = setTimeout(() => {
      logger.error('parts of the node did not stop in time');
      process.exit(1);
    }, STOP_LIMIT_MS);
    await node.stop();
    clearTimeout(limit);
  };
  const onEnd = (): void => void stop();
  end.addEventListener('abort', onEnd, { once: true });
  try {
    await node.start();
  } catch (error) {
    logger.fatal({ err: error }, 'the node did not start');
    await stop();
    if (context.signal.aborted || parent.aborted) return;
    throw error;
  }
  await new Promise<void>((resolve) => {
    if (end.aborted) resolve();
    end.addEventListener('abort', () => resolve(), { once: true });
  });
  await stop();
  if (failed.signal.aborted) throw failed.signal.reason;
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

/** The parent holds the other end of stdin; when it dies, however, the pipe closes. */
function parentGone(stdin: NodeJS.ReadStream): AbortSignal {
  const gone = new AbortController();
  const abort = (): void => gone.abort(new Error('the parent process is gone'));
  stdin.once('end', abort);
  stdin.once('close', abort);
  stdin.once('error', abort);
  stdin.resume();
  return gone.signal;
}
