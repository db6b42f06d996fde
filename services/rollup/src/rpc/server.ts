import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Cancel, type Service, TephraError } from '@tephra/core';
import type { Address } from '@tephra/protocol';
import { WebSocketServer } from 'ws';
import { BlockCache } from './block-cache.ts';
import { ChainFeed } from './chain-feed.ts';
import { DEFAULT_LIMITS, type RpcContext, type RpcDeps, type RpcLimits } from './context.ts';
import { Dispatcher } from './dispatcher.ts';
import { RPC_ERROR } from './errors.ts';
import { FilterStore } from './filters.ts';
import { METHODS } from './methods/index.ts';
import { RecentDrops } from './recent-drops.ts';
import { SubscriptionHub } from './subscriptions.ts';
import { WebSocketConnection } from './websocket.ts';

export type RpcServerOptions = {
  host: string;
  /** 0 = any free port. */
  port: number;
  /** As web3_clientVersion reports it, for example `tephra/v0.1.0`. */
  clientVersion: string;
  /** The layer's name. */
  name: string;
  /** Account of the producer's signatures. */
  producer: Address;
  gasless: boolean;
  minBaseFee: bigint;
  ordering: 'fcfs' | 'pga';
  blockTimeMs: number;
  /** Opens admin_* methods; sent as `Authorization: Bearer <token>`. */
  adminToken: string;
  limits?: Partial<RpcLimits>;
  /** GET routes on the same port, such as `/healthz`. */
  routes?: Record<string, (request: IncomingMessage, response: ServerResponse) => void | Promise<void>>;
};

/** Transactions whose blocks the cache may hold. */
const CACHED_TRANSACTIONS = 50_000;
/** Connections get this long to end after `stop`. */
const DRAIN_MS = 1_000;
/** How long a body that was refused may go on arriving. */
const LINGER_MS = 2_000;

/** JSON-RPC over HTTP POST and WebSocket on one port. */
export class RpcServer implements Service {
  readonly #options: RpcServerOptions;
  readonly #context: RpcContext;
  readonly #dispatcher: Dispatcher;
  readonly #feed: ChainFeed;
  readonly #hub: SubscriptionHub;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Set<WebSocketConnection>();
  readonly #adminDigest: Buffer;
  /** Bytes of bodies that are being received. */
  #receiving = 0;
  /** TCP connections of any kind. */
  #open = 0;
  #stopHeartbeat: Cancel = () => {};
  #stopping: Promise<void> | undefined;

  constructor(options: RpcServerOptions, deps: RpcDeps) {
    this.#options = options;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#feed = new ChainFeed(deps);
    this.#context = {
      ...deps,
      clientVersion: options.clientVersion,
      name: options.name,
      producer: options.producer,
      gasless: options.gasless,
      minBaseFee: options.minBaseFee,
      ordering: options.ordering,
      blockTimeMs: options.blockTimeMs,
      limits,
      blocks: new BlockCache({ maxTransactions: CACHED_TRANSACTIONS }, deps),
      filters: new FilterStore(limits, { ...deps, feed: this.#feed }),
      drops: new RecentDrops(deps),
    };
    this.#dispatcher = new Dispatcher({ methods: METHODS }, { context: this.#context });
    this.#hub = new SubscriptionHub({ ...deps, feed: this.#feed });
    this.#adminDigest = digest(options.adminToken);
    const { requestTimeoutMs } = limits;
    this.#http = createServer(
      {
        // Slow senders must not hold sockets for ever; a long eth_sendRawTransactionSync has sent its request already.
        requestTimeout: requestTimeoutMs,
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 4),
        keepAliveTimeout: 65_000,
      },
      (request, response) => void this.#onRequest(request, response),
    );
    this.#http.on('connection', (socket) => {
      this.#open++;
      socket.once('close', () => {
        this.#open--;
      });
    });
    // Nor must clients that don't read what they asked for.
    this.#http.timeout = limits.idleTimeoutMs;
    this.#http.maxConnections = 3 * limits.connections;
    this.#http.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.maxRequestBytes,
      perMessageDeflate: false,
      clientTracking: false,
    });
    deps.metrics.gauge({
      name: 'rpc_connections',
      help: 'Open TCP connections, WebSockets among them.',
      collect: () => this.#open,
    });
    deps.metrics.gauge({
      name: 'rpc_websocket_connections',
      help: 'Open WebSocket connections.',
      collect: () => this.#connections.size,
    });
  }

  /** The port that was bound. */
  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /** @throws TephraError PORT_IN_USE */
  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException) => {
        const { host, port } = this.#options;
        reject(
          error.code === 'EADDRINUSE'
            ? new TephraError('PORT_IN_USE', `port ${port} on ${host} is taken`, {
                hint: 'Choose another port, or 0 for any free one.',
                cause: error,
              })
            : error,
        );
      };
      this.#http.once('error', onError);
      this.#http.listen(this.#options.port, this.#options.host, () => {
        this.#http.off('error', onError);
        resolve();
      });
    });
    this.#stopHeartbeat = this.#context.clock.setInterval(() => {
      for (const connection of this.#connections) connection.heartbeat();
    }, this.#context.limits.heartbeatMs);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#close();
    return this.#stopping;
  }

  async #close(): Promise<void> {
    this.#stopHeartbeat();
    for (const connection of this.#connections) connection.close();
    const closed = new Promise<void>((resolve) => {
      if (this.#http.listening) this.#http.close(() => resolve());
      else resolve();
    });
    this.#http.closeIdleConnections();
    const force = setTimeout(() => {
      this.#http.closeAllConnections();
      for (const connection of this.#connections) connection.terminate();
    }, DRAIN_MS);
    await closed;
    clearTimeout(force);
    this.#sockets.close();
    this.#hub.close();
    this.#context.filters.close();
    this.#context.blocks.close();
    this.#context.drops.close();
    this.#feed.close();
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Any page may call a public RPC; the admin token is no ambient credential, so this lets nobody in.
    response.setHeader('access-control-allow-origin', '*');
    try {
      if (request.method === 'POST') return await this.#onPost(request, response);
      if (request.method === 'OPTIONS') {
        response.setHeader('access-control-allow-methods', 'POST, GET, OPTIONS');
        response.setHeader('access-control-allow-headers', 'content-type');
        response.setHeader('access-control-max-age', '86400');
        response.writeHead(204).end();
        return;
      }
      const route = this.#options.routes?.[(request.url ?? '/').split('?')[0]!];
      if (request.method === 'GET' && route) return await route(request, response);
      response.setHeader('allow', 'POST, OPTIONS');
      sendJson(response, 405, rpcFailure(RPC_ERROR.invalidRequest, 'JSON-RPC takes POST requests or a WebSocket'));
    } catch (error) {
      this.#context.logger.error({ err: error }, 'request failed');
      if (!response.headersSent) sendJson(response, 500, rpcFailure(RPC_ERROR.internal, 'internal error'));
      else response.destroy();
    }
  }

  async #onPost(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { maxRequestBytes } = this.#context.limits;
    const body = await this.#readBody(request);
    if (body === 'too large') {
      this.#linger(request);
      sendJson(response, 413, rpcFailure(RPC_ERROR.invalidRequest, `request larger than ${maxRequestBytes} bytes`));
      return;
    }
    if (body === 'aborted') return;
    if (body === 'busy') {
      this.#linger(request);
      response.setHeader('retry-after', '1');
      sendJson(response, 503, rpcFailure(RPC_ERROR.limitExceeded, 'the node receives too much at the moment'));
      return;
    }
    const answer = await this.#dispatcher.handle(body, { session: null, admin: this.#isAdmin(request) });
    if (answer === undefined) response.writeHead(204).end();
    else sendJson(response, 200, answer);
  }

  /**
   * Gives the sender of a body that nobody reads time to take in the answer: a connection closed while data still arrives is
   * reset, and the answer lost with it.
   */
  #linger(request: IncomingMessage): void {
    const cancel = this.#context.clock.setTimeout(() => request.socket.destroy(), LINGER_MS);
    request.once('end', cancel).once('close', cancel);
  }

  /** What it holds of a body until it is complete counts against what all of them together may hold. */
  #readBody(request: IncomingMessage): Promise<string | 'too large' | 'busy' | 'aborted'> {
    const { maxRequestBytes, maxBodiesBytes } = this.#context.limits;
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const end = (result: string): void => {
        this.#receiving -= size;
        size = 0;
        request.removeAllListeners('data');
        request.resume();
        resolve(result);
      };
      if (Number(request.headers['content-length'] ?? 0) > maxRequestBytes) return end('too large');
      request.on('data', (chunk: Buffer) => {
        size += chunk.length;
        this.#receiving += chunk.length;
        if (size > maxRequestBytes) end('too large');
        else if (this.#receiving > maxBodiesBytes) end('busy');
        else chunks.push(chunk);
      });
      request.on('end', () => end(Buffer.concat(chunks).toString('utf8')));
      request.on('close', () => end('aborted'));
      request.on('error', () => end('aborted'));
    });
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (this.#connections.size >= this.#context.limits.connections || this.#stopping) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      const connection = new WebSocketConnection(
        { socket: client, admin: this.#isAdmin(request) },
        { context: this.#context, dispatcher: this.#dispatcher, hub: this.#hub },
      );
      this.#connections.add(connection);
      client.on('close', () => this.#connections.delete(connection));
    });
  }

  /** Compares digests, whose length tells nothing, in constant time. */
  #isAdmin(request: IncomingMessage): boolean {
    const header = request.headers.authorization;
    if (!header?.startsWith('Bearer ')) return false;
    return timingSafeEqual(digest(header.slice('Bearer '.length)), this.#adminDigest);
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function rpcFailure(code: number, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } });
}

function sendJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
