import type { Logger, Service } from '@tephra/core';
import type { CliContext } from '../cli/context.ts';

/** SIGTERM drains within this; what still hangs then is cut off, as after a crash. */
const STOP_LIMIT_MS = 4_500;

export type RunOptions = {
  /** Fires when the parent process is gone; see {@link parentSignal}. */
  parent: AbortSignal;
  /** Fires with an error that the service cannot survive, which is thrown once it has stopped. */
  failed?: AbortSignal;
  /** Called when the service serves. */
  onStarted?: () => Promise<void> | void;
};

/** Runs a service until a signal to the process, the end of its parent, or a failure. */
export async function runService(
  service: Service,
  { parent, failed = new AbortController().signal, onStarted }: RunOptions,
  { signal, logger }: Pick<CliContext, 'signal'> & { logger: Logger },
): Promise<void> {
  const end = AbortSignal.any([signal, parent, failed]);
  const stop = async (): Promise<void> => {
    const limit = setTimeout(() => {
      logger.error('parts of the service did not stop in time');
      process.exit(1);
    }, STOP_LIMIT_MS);
    await service.stop();
    clearTimeout(limit);
  };
  const onEnd = (): void => void stop();
  end.addEventListener('abort', onEnd, { once: true });
  try {
    await service.start();
  } catch (error) {
    logger.fatal({ err: error }, 'the service did not start');
    await stop();
    if (signal.aborted || parent.aborted) return;
    throw error;
  }
  await onStarted?.();
  await new Promise<void>((resolve) => {
    if (end.aborted) resolve();
    end.addEventListener('abort', () => resolve(), { once: true });
  });
  await stop();
  if (failed.aborted) throw failed.reason;
}

/** The parent holds the other end of stdin; when it dies, however, the pipe closes. Destroy stdin at the end. */
export function parentSignal(stdin: NodeJS.ReadStream, follow: boolean): AbortSignal {
  const gone = new AbortController();
  if (!follow) return gone.signal;
  const abort = (): void => gone.abort(new Error('the parent process is gone'));
  stdin.once('end', abort);
  stdin.once('close', abort);
  stdin.once('error', abort);
  stdin.resume();
  return gone.signal;
}
