import { EVENTS_PATH, type LayerEvent } from '@tephra/api';
import type { Clock } from '@tephra/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { LaunchpadError } from '../errors.ts';
import type { LayerService } from '../layers/layer-service.ts';
import type { EventStore } from '../store/event-store.ts';

const HEARTBEAT_MS = 15_000;
const PAGE = 500;
const MAX_STREAMS = 500;
/** Bytes that may wait for a slow reader before it is dropped; it resumes from its last event. */
const MAX_WAITING_BYTES = 1024 * 1024;

export type EventStreamDeps = { events: EventStore; layers: LayerService; clock: Clock };

/** GET /v1/flashlayer/:id/events. */
export function registerEventStream(app: FastifyInstance, deps: EventStreamDeps): void {
  const open = new Set<FastifyReply>();

  app.get<{ Params: { id: string } }>(EVENTS_PATH, { config: { scope: 'read' } }, async (request, reply) => {
    const layer = await deps.layers.get(Number(request.params.id));
    if (open.size >= MAX_STREAMS) {
      throw new LaunchpadError('RESOURCE_EXHAUSTED', `There are ${MAX_STREAMS} event streams open already.`);
    }
    const header = request.headers['last-event-id'];
    const last = Number(Array.isArray(header) ? header[0] : (header ?? 0));
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-request-id': request.id,
    });
    open.add(reply);
    await stream(layer.id, Number.isSafeInteger(last) ? last : 0, reply, deps, () => open.delete(reply));
  });

  // Open streams would hold up the end of the server.
  app.addHook('preClose', async () => {
    for (const reply of open) reply.raw.end();
  });
}

async function stream(
  layerId: number,
  lastId: number,
  reply: FastifyReply,
  { events, clock }: EventStreamDeps,
  onEnd: () => void,
): Promise<void> {
  const { raw } = reply;
  let sent = lastId;
  let waiting: LayerEvent[] | undefined = [];
  const send = (event: LayerEvent): void => {
    const id = event.id === undefined ? undefined : Number(event.id);
    if (id !== undefined) {
      if (id <= sent) return;
      sent = id;
    }
    raw.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`);
    if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy();
  };
  // Subscribed before the replay, so that nothing falls in between.
  const cancelLive = events.live.on('event', (id, event) => {
    if (id !== layerId) return;
    if (waiting) waiting.push(event);
    else send(event);
  });
  const cancelBeat = clock.setInterval(() => raw.write(': \n\n'), HEARTBEAT_MS);
  const end = (): void => {
    cancelLive();
    cancelBeat();
    onEnd();
  };
  raw.once('close', end);
  raw.once('error', end);
  if (raw.destroyed) end();
  try {
    for (
      let page = await events.after(layerId, sent, PAGE);
      page.length > 0;
      page = await events.after(layerId, sent, PAGE)
    ) {
      for (const event of page) send(event);
    }
    for (const event of waiting) send(event);
    waiting = undefined;
  } catch {
    raw.destroy();
  }
}
