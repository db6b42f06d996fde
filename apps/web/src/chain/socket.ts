/**
 * A JSON-RPC WebSocket with subscriptions that reconnects by itself. Kept small on purpose: the page needs only the
 * subscriptions; calls go over HTTP where they are batched.
 */
export type SocketOptions = {
  url: string;
  /** Parameters of eth_subscribe or tephra_subscribe, made again after every reconnection. */
  subscriptions: readonly { method: string; params: unknown[]; onEvent: (result: unknown) => void }[];
  onState: (open: boolean) => void;
};

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 8_000;

/** Opens the socket; the returned function closes it for good. */
export function openSocket({ url, subscriptions, onState }: SocketOptions): () => void {
  let closed = false;
  let delay = FIRST_DELAY_MS;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    const current = new WebSocket(url);
    socket = current;
    const handlers = new Map<string, (result: unknown) => void>();
    current.onopen = () => {
      delay = FIRST_DELAY_MS;
      onState(true);
      for (const [id, each] of subscriptions.entries()) {
        current.send(JSON.stringify({ jsonrpc: '2.0', id: id + 1, method: each.method, params: each.params }));
      }
    };
    current.onmessage = (event) => {
      const message = parseMessage(event.data);
      if (message === null) return;
      if (message.kind === 'answer') {
        const each = subscriptions[message.id - 1];
        if (each !== undefined) handlers.set(message.result, each.onEvent);
      } else {
        handlers.get(message.subscription)?.(message.result);
      }
    };
    current.onclose = () => {
      onState(false);
      if (closed) return;
      timer = setTimeout(connect, delay);
      delay = Math.min(delay * 2, MAX_DELAY_MS);
    };
  };
  connect();
  return () => {
    closed = true;
    clearTimeout(timer);
    socket?.close();
  };
}

type Message =
  | { kind: 'answer'; id: number; result: string }
  | { kind: 'event'; subscription: string; result: unknown };

/** Reads an answer to a subscription or an event of one; null for anything else (errors, unknown forms). */
export function parseMessage(data: unknown): Message | null {
  if (typeof data !== 'string') return null;
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null) return null;
  if ('id' in json && typeof json.id === 'number' && 'result' in json && typeof json.result === 'string') {
    return { kind: 'answer', id: json.id, result: json.result };
  }
  if ('params' in json && typeof json.params === 'object' && json.params !== null) {
    const { params } = json;
    if ('subscription' in params && typeof params.subscription === 'string' && 'result' in params) {
      return { kind: 'event', subscription: params.subscription, result: params.result };
    }
  }
  return null;
}
