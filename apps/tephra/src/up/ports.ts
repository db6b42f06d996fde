import { createServer } from 'node:net';
import { CliError } from '../cli/errors.ts';

/**
 * Fails early and clearly when a port is taken, before anything is started.
 * @throws CliError PORT_TAKEN
 */
export async function assertPortFree(port: number, host: string, flag: string): Promise<void> {
  if (port === 0) return;
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
  if (!error) return;
  if (error.code === 'EADDRINUSE') throw portTaken(port, flag, error);
  throw new CliError('PORT_TAKEN', `port ${port} on ${host} cannot be used: ${error.message}`, {
    hint: `Choose another one with ${flag} <port>.`,
    cause: error,
  });
}

export function portTaken(port: number, flag: string, cause?: unknown): CliError {
  return new CliError('PORT_TAKEN', `port ${port} is in use`, {
    details: { port },
    hint: `Stop what uses it (perhaps another ./tephra up), or choose another one with ${flag} <port>; 0 takes any.`,
    cause,
  });
}
