import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Paths of one port that another server of this process answers. That server does not listen: whoever owns the port hands
 * it requests and upgrades, so that a service is written the same whether it runs alone or inside the platform.
 */
export type Mount = {
  /** `/v1/restaking` stands for itself and everything below it. */
  prefixes: readonly string[];
  /** Undefined while that service is not up; callers get 503 then. */
  server(): Server | undefined;
};

/** The mount whose paths hold `url`. */
export function mountOf(mounts: readonly Mount[], url: string | undefined): Mount | undefined {
  const path = (url ?? '/').split('?', 1)[0] ?? '/';
  return mounts.find(({ prefixes }) => prefixes.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)));
}

/** False when that service is not up. */
export function handToMount(mount: Mount, request: IncomingMessage, response: ServerResponse): boolean {
  return mount.server()?.emit('request', request, response) ?? false;
}

/** False when that service is not up, or takes no upgrades. */
export function upgradeToMount(mount: Mount, request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
  return mount.server()?.emit('upgrade', request, socket, head) ?? false;
}
