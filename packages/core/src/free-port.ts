import { createServer } from 'node:net';

const recent = new Set<number>();

/**
 * A TCP port that nobody listens on at this moment. One process never gets the same port twice within a minute, but
 * another process may take it first: pass port 0 to servers that can report their own port where possible.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = await probe(host);
    if (recent.has(port)) continue;
    recent.add(port);
    setTimeout(() => recent.delete(port), 60_000).unref();
    return port;
  }
}

function probe(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.unref();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
