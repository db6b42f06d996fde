import { describe, expect, it } from 'vitest';
import type { LayerEvent } from '../flashlayer/events.ts';
import { createApiClient } from './client.ts';
import { ApiError } from './error.ts';

type Seen = { url: string; init: RequestInit };

function clientOf(answers: Response[]) {
  const seen: Seen[] = [];
  const client = createApiClient({
    baseUrl: 'http://platform/',
    token: 'secret',
    fetch: async (url, init) => {
      seen.push({ url: String(url), init: init ?? {} });
      const answer = answers.shift();
      if (!answer) throw new TypeError('connection refused');
      return answer;
    },
  });
  return { client, seen };
}

describe('createApiClient', () => {
  it('fills path, query, body and headers', async () => {
    const { client, seen } = clientOf([Response.json({ lines: ['a'] }), Response.json({})]);
    await client.getFlashlayerLogs({ params: { id: 7 }, query: { tail: 5 } });
    await client.destroyFlashlayer({ body: { id: '7' } }, { idempotencyKey: 'k' });
    expect(seen.map(({ url, init }) => [init.method, url, init.body])).toEqual([
      ['GET', 'http://platform/v1/flashlayer/7/logs?tail=5', undefined],
      ['POST', 'http://platform/v1/flashlayer/destroy', '{"id":"7"}'],
    ]);
    expect(seen[1]?.init.headers).toMatchObject({ authorization: 'Bearer secret', 'idempotency-key': 'k' });
  });

  it('turns error answers into typed errors', async () => {
    const error = {
      code: 'INVALID_ARGUMENT',
      message: 'One field is wrong.',
      hint: 'Correct it.',
      fields: [{ path: 'flashlayer.name', message: 'is too long' }],
      requestId: 'r1',
    };
    const { client } = clientOf([Response.json({ error }, { status: 400 }), new Response('<html>', { status: 502 })]);
    await expect(client.createFlashlayer({ body: { flashlayer: { name: 'x' } } })).rejects.toMatchObject(error);
    await expect(client.listFlashlayers()).rejects.toMatchObject({ code: 'BAD_RESPONSE', status: 502 });
    await expect(client.listFlashlayers()).rejects.toMatchObject({ code: 'UNREACHABLE', retryable: true });
  });

  it('refuses an answer of another form', async () => {
    const { client } = clientOf([Response.json({ layers: [] })]);
    await expect(client.listFlashlayers()).rejects.toThrow(ApiError);
  });
});

function streamOf(parts: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
}

describe('watchFlashlayer', () => {
  const log = (message: string) =>
    JSON.stringify({ at: '2026-01-01T00:00:00.000Z', source: 'launchpad', level: 'info', message });

  it('parses events over chunk borders and resumes after the last id', async () => {
    const abort = new AbortController();
    const parts = [`: hi\n\nid: 4\nevent: lo`, `g\ndata: ${log('one')}\n\n`, `event: unknown\ndata: {}\n\n`];
    const { client, seen } = clientOf([
      new Response(streamOf(parts)),
      new Response(`id: 5\nevent: log\ndata: ${log('two')}\n\n`),
    ]);
    const events: LayerEvent[] = [];
    for await (const event of client.watchFlashlayer(1, { signal: abort.signal, reconnectMs: 1 })) {
      events.push(event);
      if (events.length === 2) abort.abort();
    }
    expect(events.map((event) => event.id)).toEqual(['4', '5']);
    expect(seen.map(({ init }) => (init.headers as Record<string, string>)['last-event-id'])).toEqual([undefined, '4']);
  });

  it('throws what the platform refuses', async () => {
    const error = { code: 'NOT_FOUND', message: 'No such layer.', fields: [], requestId: 'r' };
    const { client } = clientOf([Response.json({ error }, { status: 404 })]);
    await expect(client.watchFlashlayer(9).next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
