import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Hex } from '@tephra/protocol';
import { type CliContext, resolveDataDir } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import type { upSettings } from '../cli/settings.ts';
import { VERSION } from '../cli/version.ts';
import { banner, readyLine } from './banner.ts';
import { Platform, type PlatformOptions } from './platform.ts';
import { builtWeb } from './web.ts';

type UpSettings = ReturnType<typeof upSettings.resolve>;

const WEEK_SECONDS = 604_800;
/** Everything is gone within 5 s of a signal; what still hangs then is cut off. */
const STOP_LIMIT_MS = 4_500;
/** Time to say how it ended before what hangs is cut off. */
const REPORT_MS = 300;

/** Runs the platform until a signal or a fatal failure. */
export async function up(settings: UpSettings, context: CliContext): Promise<void> {
  const dataDir = settings.ephemeral
    ? await mkdtemp(path.join(tmpdir(), 'tephra-'))
    : resolveDataDir(settings.dataDir, context.cwd);
  const failed = new AbortController();
  const platform = new Platform(platformOptions(settings, dataDir), {
    onProgress: (text) => context.out.progress(text),
    onFatal: (error) => failed.abort(error),
  });
  const clear = async (): Promise<void> => {
    await platform.stop();
    if (settings.ephemeral) await rm(dataDir, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
  };
  const stop = async (): Promise<void> => {
    let limit: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => {
      limit = setTimeout(() => {
        // Later than resolve: whoever waits says how it ended before the process goes.
        setTimeout(() => process.exit(process.exitCode ?? 1), REPORT_MS);
        resolve();
      }, STOP_LIMIT_MS);
    });
    await Promise.race([tooLong, clear()]);
    clearTimeout(limit);
  };
  // A signal during the start stops what is up so far, and the start then fails.
  const onSignal = (): void => void stop();
  context.signal.addEventListener('abort', onSignal, { once: true });
  try {
    await platform.start();
  } catch (error) {
    await stop();
    // Ctrl-C is the ordinary end of `up`, also of one that is not ready yet.
    if (context.signal.aborted) return;
    throw error;
  }
  context.out.result(readyLine(platform.facts), () => banner(platform.facts, context.out));
  await aborted(AbortSignal.any([context.signal, failed.signal]));
  context.out.progress('Stopping');
  await stop();
  if (failed.signal.aborted) {
    throw new CliError('L1_UNAVAILABLE', 'the L1 went down for good', {
      hint: `See ${platform.facts.logFile}.`,
      cause: failed.signal.reason,
    });
  }
}

function platformOptions(settings: UpSettings, dataDir: string): PlatformOptions {
  const { l1Rpc, l1Key, publicUrl, databaseUrl } = settings;
  if (l1Rpc !== undefined && settings.operators) {
    throw new CliError('USAGE', '--operators works on the embedded L1 only', {
      hint: 'Elsewhere operators are run with ./tephra operator run, on contracts of --restaking-deployment.',
    });
  }
  if (l1Rpc !== undefined && l1Key === undefined) {
    throw new CliError('USAGE', '--l1-rpc needs a funded key', { hint: 'Put it into TEPHRA_L1_KEY.' });
  }
  return {
    dataDir,
    port: settings.port,
    version: VERSION,
    logLevel: settings.logLevel,
    webDir: builtWeb(),
    l1:
      l1Rpc === undefined
        ? { kind: 'embedded', port: settings.l1Port }
        : { kind: 'foreign', rpcUrl: l1Rpc, privateKey: l1Key as Hex, readDepth: settings.l1Depth ?? 32 },
    layers: layerOptions(settings),
    challengePeriod: settings.challengePeriod ?? (l1Rpc === undefined ? 10 : WEEK_SECONDS),
    ...(publicUrl ? { publicUrl } : {}),
    ...(databaseUrl ? { databaseUrl } : {}),
    restaking: {
      // Tests and demos start many platforms, and few of them have to do with restaking.
      operators: settings.operators ?? (l1Rpc === undefined && !settings.ephemeral),
      taskIntervalMs: Math.round(settings.echoInterval * 1_000),
      ...(settings.restakingDeployment === undefined
        ? {}
        : { deploymentFile: path.resolve(settings.restakingDeployment) }),
    },
  };
}

/** Amounts and intervals of each layer, as far as they were given. */
function layerOptions(settings: UpSettings): NonNullable<PlatformOptions['layers']> {
  const { layerBond, layerEscrow, proposerFunds, maxLocked, packInterval, challenge } = settings;
  return {
    ...(layerBond === undefined ? {} : { bondWei: layerBond }),
    ...(layerEscrow === undefined ? {} : { settlementEscrowWei: layerEscrow }),
    ...(proposerFunds === undefined ? {} : { proposerFundsWei: proposerFunds }),
    ...(maxLocked === undefined ? {} : { maxLockedWei: maxLocked }),
    challenge,
    ...(packInterval === undefined ? {} : { packIntervalMs: Math.round(packInterval * 1_000) }),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
