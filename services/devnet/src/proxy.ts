import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { errorMessage, type Logger, type Service } from '@tephra/core';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { readText } from './anvil-rpc.ts';
import { type Dispatcher, isPlainRead } from './dispatcher.ts';
import { DevnetError } from './errors.ts';
import type { L1Chain } from './l1-chain.ts';

export type ProxyOptions = {
  /** 0 = any free port. */
  port: number;
  host: string;
};

const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;
const EXTENSION_ORIGIN = /^(chrome|moz|safari-web)-extension:\/\//;

/** The L1's public JSON-RPC over HTTP and WebSocket. Reads stream through, changes go by the dispatcher. */
export class L1Proxy implements Service {
  readonly #options: ProxyOptions;
  readonly #chain: L1Chain;
  readonly #dispatcher: Dispatcher;
  readonly #logger: Logger;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_BODY_BYTES });
  readonly #loopback: boolean;

  constructor(options: ProxyOptions, deps: { chain: L1Chain; dispatcher: Dispatcher; logger: Logger }) {
    this.#options = options;
    this.#chain = deps.chain;
    this.#dispatcher = deps.dispatcher;
    this.#logger = deps.logger;
    this.#loopback = LOOPBACK.test(options.host) || options.host === '::1';
    this.#server = createServer((request, response) => void this.#onRequest(request, response));
    this.#server.on('upgrade', (request, socket: Socket, head) => {
      if (!this.#allowed(request)) {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (client) => void this.#onClient(client));
    });
  }

  /** Port that is listened on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { port, host } = this.#options;
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new DevnetError('L1_PORT_IN_USE', `port ${port} of ${host} is taken`, {
                details: { port, host },
                hint: 'Stop the program that listens there, or choose another port with --l1-port.',
              })
            : new DevnetError('L1_START_FAILED', `cannot listen on ${host}:${port}: ${error.message}`, {
                cause: error,
              }),
        ),
      );
      this.#server.listen(port, host, resolve);
    });
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (!this.#allowed(request)) {
        respond(response, 403, { error: 'this L1 answers loopback clients only' });
        return;
      }
      const origin = request.headers.origin;
      if (origin) {
        response.setHeader('access-control-allow-origin', origin);
        response.setHeader('access-control-allow-headers', 'content-type, authorization');
        response.setHeader('access-control-allow-methods', 'POST, OPTIONS');
        response.setHeader('access-control-max-age', '600');
        response.setHeader('vary', 'origin');
      }
      if (request.method === 'OPTIONS') respond(response, 204);
      else if (request.method !== 'POST') respond(response, 405, { error: 'JSON-RPC takes POST' });
      else await this.#onCall(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else respond(response, 500, { jsonrpc: '2.0', id: null, error: { code: -32603, message: errorMessage(error) } });
    }
  }

  async #onCall(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    if (!body) {
      respond(response, 413, { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'request body too large' } });
      return;
    }
    const call = parse(body);
    if (call === undefined)
      respond(response, 200, { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'parse error' } });
    else if (isOnlyReads(call)) {
      const text = await this.#chain.read(async (rpc) => readText(await rpc.post(body)));
      response.writeHead(200, { 'content-type': 'application/json' }).end(text);
    } else respond(response, 200, await this.#dispatcher.handle(call));
  }

  /** Joins a client with a connection of its own to anvil, which carries subscriptions. */
  async #onClient(client: WebSocket): Promise<void> {
    const early: RawData[] = [];
    const keep = (message: RawData): void => void early.push(message);
    client.on('message', keep);
    client.on('error', () => client.terminate());
    let upstream: WebSocket;
    try {
      upstream = await this.#chain.read((rpc) => connect(`ws://127.0.0.1:${rpc.port}`));
    } catch (error) {
      this.#logger.warn({ err: error }, 'no L1 connection for a WebSocket client');
      client.close(1013, 'the L1 is not ready');
      return;
    }
    upstream.on('message', (message, isBinary) => send(client, message, isBinary));
    // Subscriptions end with the L1 process: the client has to make them again, so it must see the end.
    upstream.on('close', () => client.close(1012, 'the L1 restarts'));
    upstream.on('error', () => client.close(1012, 'the L1 restarts'));
    client.on('close', () => upstream.terminate());
    client.off('message', keep);
    client.on('message', (message) => void this.#onMessage(client, upstream, message));
    for (const message of early) await this.#onMessage(client, upstream, message);
    if (client.readyState === WebSocket.CLOSED) upstream.terminate();
  }

  async #onMessage(client: WebSocket, upstream: WebSocket, message: RawData): Promise<void> {
    const text = message.toString();
    const call = parse(text);
    if (call === undefined || isOnlyReads(call)) upstream.send(text);
    else send(client, JSON.stringify(await this.#dispatcher.handle(call)), false);
  }

  /** Against pages of other hosts that reach a loopback port: Host must be loopback, and Origin if there is one. */
  #allowed(request: IncomingMessage): boolean {
    if (!this.#loopback) return true;
    const { host = '', origin } = request.headers;
    if (!LOOPBACK.test(host)) return false;
    if (!origin || EXTENSION_ORIGIN.test(origin)) return true;
    return LOOPBACK.test(origin.replace(/^https?:\/\//, ''));
  }
}

function isOnlyReads(call: unknown): boolean {
  return Array.isArray(call) ? call.every(isPlainRead) : isPlainRead(call);
}

function parse(text: string | Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}

function connect(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { maxPayload: 0, perMessageDeflate: false });
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** A client that does not read must not fill the memory. */
function send(client: WebSocket, message: RawData | string, isBinary: boolean): void {
  if (client.readyState !== WebSocket.OPEN) return;
  if (client.bufferedAmount > MAX_BUFFERED_BYTES) client.terminate();
  else client.send(message, { binary: isBinary });
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function respond(response: ServerResponse, status: number, body?: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(body === undefined ? '' : JSON.stringify(body));
}
