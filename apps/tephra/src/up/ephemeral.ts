import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { VERSION } from '../cli/version.ts';
import type { PlatformFacts } from './banner.ts';
import { Platform } from './platform.ts';
import { builtWeb } from './web.ts';

export type EphemeralPlatform = { facts: PlatformFacts; stop(): Promise<void> };

/** A platform on free ports in a temporary folder, which goes with the stop. */
export async function startEphemeralPlatform(options: {
  signal: AbortSignal;
  /** Seconds; default 10. */
  challengePeriod?: number;
}): Promise<EphemeralPlatform> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tephra-'));
  const platform = new Platform({
    dataDir,
    port: 0,
    version: VERSION,
    logLevel: 'info',
    webDir: builtWeb(),
    l1: { kind: 'embedded', port: 0 },
    challengePeriod: options.challengePeriod ?? 10,
    restaking: { operators: false, taskIntervalMs: 15_000 },
  });
  const stop = async (): Promise<void> => {
    await platform.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  };
  const onAbort = (): void => void stop();
  options.signal.addEventListener('abort', onAbort, { once: true });
  try {
    await platform.start();
    options.signal.throwIfAborted();
  } catch (error) {
    await stop();
    throw error;
  }
  return { facts: platform.facts, stop };
}
