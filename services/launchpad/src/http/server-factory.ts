import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '@tephra/core';
import { type Mount, mountOf, upgradeToMount } from '@tephra/http';
import type { FastifyServerFactory } from 'fastify';
import type { OriginGuard } from './origin-guard.ts';
import { RpcProxy } from './rpc-proxy.ts';

export type ServerFactoryDeps = { proxy: RpcProxy; mounts: readonly Mount[]; guard: OriginGuard; logger: Logger };

/** The port's server: JSON-RPC of layers goes to the proxy before the framework, upgrades to whom they belong. */
export function serverFactory({ proxy, mounts, guard, logger }: ServerFactoryDeps): FastifyServerFactory {
  return (handler) => {
    const server = createServer((request, response) => {
      const name = RpcProxy.nameOf(request.url);
      if (name === undefined) handler(request, response);
      else {
        proxy.handle(name, request, response).catch((err: unknown) => {
          logger.error({ err }, 'a proxied call failed');
          response.destroy();
        });
      }
    });
    server.keepAliveTimeout = 65_000;
    server.on('upgrade', (request, socket, head) => {
      const name = RpcProxy.nameOf(request.url);
      if (name !== undefined) {
        proxy.upgrade(name, request, socket, head).catch(() => socket.destroy());
        return;
      }
      const mount = mountOf(mounts, request.url);
      const { host, origin } = request.headers;
      if (!mount) refuse(socket, '404 Not Found');
      else if (!guard.acceptsHost(host) || !guard.acceptsOrigin(origin, host)) refuse(socket, '403 Forbidden');
      else if (!upgradeToMount(mount, request, socket, head)) refuse(socket, '503 Service Unavailable');
    });
    return server;
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
