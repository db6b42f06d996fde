import type { Cancel } from '@tephra/core';
import type { WebSocket } from 'ws';
import type { RpcContext, RpcSession } from './context.ts';
import type { Dispatcher } from './dispatcher.ts';
import { RPC_ERROR, RpcError } from './errors.ts';
import { randomId } from './id.ts';
import type { SubscriptionHub, SubscriptionRequest } from './subscriptions.ts';

type Subscription = {
  cancel: Cancel;
  /** Notifications that wait until the client was told the id; null from then on. */
  held: string[] | null;
};

/** Subscriptions of our own are told apart by the notification's method. */
function notificationMethod(kind: SubscriptionRequest['kind']): string {
  return kind === 'finality' || kind === 'reorgs' ? 'tephra_subscription' : 'eth_subscription';
}

/**
 * One WebSocket client. A client that does not read is dropped once `maxSocketBufferBytes` wait for it, and one with too
 * many calls under way is not read from until some are answered, so neither costs the node more than these bounds.
 */
export class WebSocketConnection {
  readonly #socket: WebSocket;
  readonly #context: RpcContext;
  readonly #dispatcher: Dispatcher;
  readonly #hub: SubscriptionHub;
  readonly #admin: boolean;
  readonly #subscriptions = new Map<string, Subscription>();
  #inFlight = 0;
  #alive = true;

  constructor(
    options: { socket: WebSocket; admin: boolean },
    deps: { context: RpcContext; dispatcher: Dispatcher; hub: SubscriptionHub },
  ) {
    this.#socket = options.socket;
    this.#admin = options.admin;
    this.#context = deps.context;
    this.#dispatcher = deps.dispatcher;
    this.#hub = deps.hub;
    this.#socket.on('message', (data, isBinary) => {
      if (isBinary) this.#socket.close(1003, 'JSON text only');
      else void this.#receive(data.toString());
    });
    this.#socket.on('pong', () => {
      this.#alive = true;
    });
    this.#socket.on('error', (error) => this.#context.logger.debug({ err: error }, 'websocket error'));
    this.#socket.on('close', () => this.#release());
  }

  /** Called at each heartbeat: drops a client that did not answer the last one. */
  heartbeat(): void {
    if (!this.#alive) {
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    this.#socket.ping();
  }

  /** Says goodbye; `terminate` follows for clients that do not answer. */
  close(): void {
    this.#release();
    this.#socket.close(1001, 'node is stopping');
  }

  terminate(): void {
    this.#socket.terminate();
  }

  async #receive(text: string): Promise<void> {
    this.#inFlight++;
    if (this.#inFlight >= this.#context.limits.maxCallsInFlight) this.#socket.pause();
    const fresh: Subscription[] = [];
    const session: RpcSession = {
      subscribe: (request) => this.#subscribe(request, fresh),
      unsubscribe: (id) => this.#unsubscribe(id),
    };
    const answer = await this.#dispatcher.handle(text, { session, admin: this.#admin });
    this.#inFlight--;
    if (this.#socket.isPaused) this.#socket.resume();
    if (answer !== undefined) this.#send(answer);
    for (const subscription of fresh) {
      for (const notification of subscription.held ?? []) this.#send(notification);
      subscription.held = null;
    }
  }

  /** @throws RpcError when there are too many */
  #subscribe(request: SubscriptionRequest, fresh: Subscription[]): string {
    const limit = this.#context.limits.subscriptionsPerConnection;
    if (this.#subscriptions.size >= limit) {
      throw new RpcError(RPC_ERROR.limitExceeded, `at most ${limit} subscriptions on one connection`);
    }
    const id = randomId();
    const head = `{"jsonrpc":"2.0","method":"${notificationMethod(request.kind)}","params":{"subscription":"${id}","result":`;
    const subscription: Subscription = { cancel: () => {}, held: [] };
    subscription.cancel = this.#hub.add(request, (result) => {
      const notification = `${head}${result}}}`;
      if (subscription.held) subscription.held.push(notification);
      else this.#send(notification);
    });
    this.#subscriptions.set(id, subscription);
    fresh.push(subscription);
    return id;
  }

  #unsubscribe(id: string): boolean {
    this.#subscriptions.get(id)?.cancel();
    return this.#subscriptions.delete(id);
  }

  #send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#context.limits.maxSocketBufferBytes) {
      this.#context.logger.info('dropping a websocket client that does not read');
      this.#release();
      this.#socket.terminate();
      return;
    }
    this.#socket.send(text);
  }

  #release(): void {
    for (const { cancel } of this.#subscriptions.values()) cancel();
    this.#subscriptions.clear();
  }
}
