import { type LayerEvent, layerEvent } from '../flashlayer/events.ts';
import type { WatchOptions } from './client.ts';
import { errorOf } from './client.ts';
import { ApiError } from './error.ts';

type Source = {
  url: string;
  fetch: typeof globalThis.fetch;
  headers(extra?: Record<string, string>): Promise<Record<string, string>>;
};

const RECONNECT_MS = 1_000;

/** Reads a server-sent event stream with reconnection; an error answer (4xx) is thrown, a lost connection is not. */
export async function* streamEvents(source: Source, options: WatchOptions = {}): AsyncGenerator<LayerEvent, void> {
  const { signal } = options;
  let lastEventId = options.lastEventId;
  while (!signal?.aborted) {
    try {
      const extra: Record<string, string> = { accept: 'text/event-stream' };
      if (lastEventId !== undefined) extra['last-event-id'] = lastEventId;
      const response = await source.fetch(source.url, {
        headers: await source.headers(extra),
        ...(signal ? { signal } : {}),
      });
      if (!response.ok) throw errorOf(response.status, await response.json().catch(() => undefined));
      if (!response.body) return;
      for await (const message of parseServerSentEvents(response.body)) {
        if (message.id !== undefined) lastEventId = message.id;
        const event = layerEvent.safeParse({ ...message, data: parseJson(message.data) });
        if (event.success) yield event.data;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) throw error;
    }
    await pause(options.reconnectMs ?? RECONNECT_MS, signal);
  }
}

export type ServerSentEvent = { event: string; data: string; id?: string };

/** Splits a byte stream into events (WHATWG HTML, section 9.2); comments are passed over. */
export async function* parseServerSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      buffer += decoder.decode(value, { stream: true });
      const blocks = buffer.split(/\r?\n\r?\n/);
      buffer = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseBlock(block: string): ServerSentEvent | undefined {
  let event = 'message';
  let id: string | undefined;
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    if (line === '' || line.startsWith(':')) continue;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  }
  if (data.length === 0) return undefined;
  return { event, data: data.join('\n'), ...(id === undefined ? {} : { id }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
