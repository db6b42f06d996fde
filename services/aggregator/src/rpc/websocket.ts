import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { subscribeParams } from '@tephra/api';
import type { Cancel, Clock, Logger } from '@tephra/core';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AvsDesk } from '../avs-desk.ts';
import { Refusal } from '../errors.ts';
import { bearerOf } from '../http/bearer.ts';
import type { JsonRpc } from './json-rpc.ts';
import { parse } from './methods.ts';

export const RPC_PATH = '/aggregator';
/** Largest message, bytes; answers and tasks are far smaller. */
export const MAX_MESSAGE_BYTES = 65_536;
const MAX_CONNECTIONS = 1_024;
const MAX_SUBSCRIPTIONS = 64;
/** Calls of one connection that are worked on; more are not read meanwhile. */
const MAX_IN_FLIGHT = 256;
/** A client for whom this much waits does not read; it is dropped. */
const MAX_BUFFERED_BYTES = 1_048_576;
const HEARTBEAT_MS = 30_000;

type Deps = {
  rpc: JsonRpc;
  desks: ReadonlyMap<string, AvsDesk>;
  clock: Clock;
  logger: Logger;
  onConnections: (count: number) => void;
};

/** JSON-RPC over WebSocket, with `aggregator_subscribe`, on the upgrades of a given server. */
export class WebSocketRpc {
  readonly #deps: Deps;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false });
  readonly #alive = new WeakSet<WebSocket>();
  readonly #cancelHeartbeat: Cancel;

  constructor(server: Server, deps: Deps) {
    this.#deps = deps;
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
    this.#cancelHeartbeat = deps.clock.setInterval(() => this.#heartbeat(), HEARTBEAT_MS);
  }

  close(): void {
    this.#cancelHeartbeat();
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== RPC_PATH || this.#server.clients.size >= MAX_CONNECTIONS) {
      const status = path === RPC_PATH ? '503 Service Unavailable' : '404 Not Found';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => this.#connect(client, request));
  }

  #connect(client: WebSocket, request: IncomingMessage): void {
    const caller = {
      address: request.socket.remoteAddress ?? 'unknown',
      token: bearerOf(request.headers.authorization),
    };
    const subscriptions = new Map<string, Cancel>();
    let inFlight = 0;
    this.#alive.add(client);
    this.#deps.onConnections(this.#server.clients.size);
    client.on('pong', () => this.#alive.add(client));
    client.on('error', (error) => this.#deps.logger.debug({ err: error }, 'websocket error'));
    client.on('close', () => {
      for (const cancel of subscriptions.values()) cancel();
      subscriptions.clear();
      this.#deps.onConnections(this.#server.clients.size);
    });
    client.on('message', (data, isBinary) => {
      if (isBinary) {
        client.close(1003, 'JSON text only');
        return;
      }
      if (++inFlight >= MAX_IN_FLIGHT) client.pause();
      const extra = (method: string, parameters: unknown) => this.#extra(client, subscriptions, method, parameters);
      void this.#deps.rpc.answer(data.toString(), caller, extra).then((answer) => {
        if (answer !== undefined) send(client, answer);
        if (--inFlight < MAX_IN_FLIGHT && client.isPaused) client.resume();
      });
    });
  }

  #extra(
    client: WebSocket,
    subscriptions: Map<string, Cancel>,
    method: string,
    parameters: unknown,
  ): Promise<unknown> | undefined {
    if (method === 'aggregator_unsubscribe') {
      const [id] = Array.isArray(parameters) ? (parameters as unknown[]) : [];
      const cancel = typeof id === 'string' ? subscriptions.get(id) : undefined;
      cancel?.();
      return Promise.resolve(typeof id === 'string' && subscriptions.delete(id));
    }
    if (method !== 'aggregator_subscribe') return undefined;
    return Promise.resolve().then(() => this.#subscribe(client, subscriptions, parameters));
  }

  #subscribe(client: WebSocket, subscriptions: Map<string, Cancel>, parameters: unknown): string {
    const [kind, { avs }] = parse(subscribeParams, parameters);
    const desk = this.#deps.desks.get(avs);
    if (!desk) throw new Refusal('UNKNOWN_AVS', `this aggregator serves no AVS ${avs}`);
    if (subscriptions.size >= MAX_SUBSCRIPTIONS)
      throw new Refusal('RATE_LIMITED', `a connection has at most ${MAX_SUBSCRIPTIONS} subscriptions`);
    const id = randomUUID();
    const notify = (result: unknown): void =>
      send(client, { jsonrpc: '2.0', method: 'aggregator_subscription', params: { subscription: id, result } });
    const cancel = kind === 'tasks' ? desk.book.events.on('task', notify) : desk.book.events.on('certificate', notify);
    subscriptions.set(id, cancel);
    return id;
  }

  #heartbeat(): void {
    for (const client of this.#server.clients) {
      if (!this.#alive.has(client)) {
        client.terminate();
        continue;
      }
      this.#alive.delete(client);
      client.ping();
    }
  }
}

function send(client: WebSocket, message: unknown): void {
  if (client.readyState !== client.OPEN) return;
  if (client.bufferedAmount > MAX_BUFFERED_BYTES) client.terminate();
  else client.send(JSON.stringify(message));
}
