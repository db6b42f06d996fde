import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock, Logger } from '@tephra/core';
import type { NodeTarget, RollupDriver } from '../driver/driver.ts';
import type { DirectoryEntry, LayerDirectory } from './layer-directory.ts';
import type { OriginGuard } from './origin-guard.ts';

export type RpcProxyDeps = {
  directory: LayerDirectory;
  driver: RollupDriver;
  guard: OriginGuard;
  clock: Clock;
  logger: Logger;
};

/** The node's own bound of a body is 5 MiB; larger ones need not travel. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;
/** A node that restarts is waited for this long before the caller hears of it. */
const WAIT_MS = 4_000;
const WAIT_STEP_MS = 25;
const ANSWER_TIMEOUT_MS = 60_000;
const MAX_SOCKETS = 2_000;
/** Calls under way to one node. A slow sender holds one of them until its node hangs up, so there are many. */
const MAX_CALLS = 4_096;

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, GET, OPTIONS',
  'access-control-allow-headers': 'content-type, authorization',
  'access-control-max-age': '86400',
};
/** Headers that belong to one connection (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Not for the node: its admin methods are the platform's own, reached without this proxy. */
const PRIVATE = new Set(['authorization', 'cookie']);

/**
 * /rpc/<name or id>: passes JSON-RPC on to the node of a layer, over HTTP and WebSocket, as a stream of bytes. Stands
 * before the framework, which would parse every body.
 */
export class RpcProxy {
  readonly #deps: RpcProxyDeps;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MAX_CALLS, maxFreeSockets: 64 });
  readonly #sockets = new Set<Duplex>();

  constructor(deps: RpcProxyDeps) {
    this.#deps = deps;
  }

  /** The name in a request for this proxy, else undefined. */
  static nameOf(url: string | undefined): string | undefined {
    const match = /^\/rpc\/([A-Za-z0-9]{1,32})\/?(\?.*)?$/.exec(url ?? '');
    return match?.[1];
  }

  /** Ends all connections. */
  close(): void {
    this.#agent.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  async handle(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [header, value] of Object.entries(CORS)) response.setHeader(header, value);
    if (!this.#deps.guard.acceptsHost(request.headers.host))
      return refuse(response, 403, 'this host name is not served');
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST, OPTIONS');
      return refuse(response, 405, `this is the JSON-RPC address of ${name}: send POST, or open a WebSocket`);
    }
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
      return refuse(response, 413, 'request too large');
    const found = await this.#target(name);
    if ('problem' in found) return refuse(response, found.status, found.problem);
    this.#forward(found, request, response);
  }

  async upgrade(name: string, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    if (!this.#deps.guard.acceptsHost(request.headers.host)) return refuseUpgrade(socket, '403 Forbidden');
    if (this.#sockets.size >= MAX_SOCKETS) return refuseUpgrade(socket, '503 Service Unavailable');
    const found = await this.#target(name);
    if ('problem' in found)
      return refuseUpgrade(socket, found.status === 404 ? '404 Not Found' : '503 Service Unavailable');
    const upstream: Socket = connect(found.port, found.host);
    this.#sockets.add(socket);
    const end = (): void => {
      this.#sockets.delete(socket);
      socket.destroy();
      upstream.destroy();
    };
    for (const side of [socket, upstream]) {
      side.on('error', end);
      side.on('close', end);
    }
    upstream.setNoDelay(true);
    if ('setNoDelay' in socket) (socket as Socket).setNoDelay(true);
    upstream.once('connect', () => {
      const lines = [`${request.method} / HTTP/1.1`];
      for (let index = 0; index < request.rawHeaders.length; index += 2) {
        if (PRIVATE.has(request.rawHeaders[index]?.toLowerCase() ?? '')) continue;
        lines.push(`${request.rawHeaders[index]}: ${request.rawHeaders[index + 1]}`);
      }
      upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
      if (head.length > 0) upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
  }

  #forward(target: NodeTarget, request: IncomingMessage, response: ServerResponse): void {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.has(name) && !PRIVATE.has(name)),
    );
    const upstream = httpRequest(
      {
        host: target.host,
        port: target.port,
        method: 'POST',
        path: '/',
        headers,
        agent: this.#agent,
        timeout: ANSWER_TIMEOUT_MS,
      },
      (answer) => {
        for (const [header, value] of Object.entries(answer.headers)) {
          if (value !== undefined && !HOP_BY_HOP.has(header) && !header.startsWith('access-control-')) {
            response.setHeader(header, value);
          }
        }
        response.writeHead(answer.statusCode ?? 502);
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      },
    );
    upstream.on('timeout', () => upstream.destroy(new Error('the node did not answer in time')));
    upstream.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else refuse(response, 502, `the node of this layer broke off: ${error.message}`);
    });
    // The caller went away.
    response.on('close', () => upstream.destroy());
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) {
        refuse(response, 413, 'request too large');
        upstream.destroy();
      }
    });
    request.pipe(upstream);
  }

  /** The node's address; waits for one that is just being started. */
  async #target(name: string): Promise<NodeTarget | { status: number; problem: string }> {
    const { directory, driver, clock, logger } = this.#deps;
    let entry: DirectoryEntry | undefined;
    try {
      entry = await directory.find(name);
    } catch (err) {
      logger.error({ err, name }, 'layer lookup failed');
      return { status: 503, problem: 'the platform cannot look up layers at the moment' };
    }
    if (!entry) return { status: 404, problem: `there is no living layer ${name}` };
    for (const deadline = clock.now() + WAIT_MS; ; await clock.sleep(WAIT_STEP_MS)) {
      const target = driver.target(entry.id);
      if (target) return target;
      const ended = entry.status === 'STATUS_TERMINATED' || entry.status === 'STATUS_FAILED';
      if (ended || driver.state(entry.id) === 'crash-looping' || clock.now() > deadline) break;
    }
    if (entry.status === 'STATUS_TERMINATED') return { status: 410, problem: `layer ${name} was ended` };
    return { status: 503, problem: `the node of layer ${name} is not running at the moment` };
  }
}

/** A refusal that JSON-RPC clients understand. */
function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', ...(status === 503 ? { 'retry-after': '1' } : {}) });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message } }));
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
