import type { LayerEvent } from '@tephra/api';
import { type Clock, type Logger, TypedEmitter } from '@tephra/core';
import type { Database } from '@tephra/db';

type Emitted = { event: [layerId: number, event: LayerEvent] };

/** Events of layers: stored in order, then handed to whoever watches. */
export class EventStore {
  readonly live: TypedEmitter<Emitted>;
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(deps: { db: Database; clock: Clock; logger: Logger }) {
    this.#db = deps.db;
    this.#clock = deps.clock;
    this.live = new TypedEmitter<Emitted>({
      onError: (err) => deps.logger.error({ err }, 'a watcher of events failed'),
    });
  }

  async append(layerId: number, event: LayerEvent): Promise<void> {
    const { id } = await this.#db
      .insertInto('events')
      .values({
        layer_id: layerId,
        kind: event.event,
        data: JSON.stringify(event.data),
        at: new Date(this.#clock.now()),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    this.live.emit('event', layerId, { ...event, id: String(id) });
  }

  log(layerId: number, level: 'info' | 'warn' | 'error', message: string): Promise<void> {
    const at = new Date(this.#clock.now()).toISOString();
    return this.append(layerId, { event: 'log', data: { at, source: 'launchpad', level, message } });
  }

  /** A line of a node: passed on, not stored (the node's log file has it). */
  relay(layerId: number, event: LayerEvent): void {
    this.live.emit('event', layerId, event);
  }

  /** Stored events with a larger id, oldest first. */
  async after(layerId: number, id: number, limit: number): Promise<LayerEvent[]> {
    const rows = await this.#db
      .selectFrom('events')
      .select(['id', 'kind', 'data'])
      .where('layer_id', '=', layerId)
      .where('id', '>', id)
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map((row) => ({ event: row.kind, id: String(row.id), data: row.data }) as unknown as LayerEvent);
  }
}
