import type { LayerHealth } from '@tephra/api';
import { type Cancel, errorMessage, type Service } from '@tephra/core';
import type { NodeState } from '../driver/driver.ts';
import { chainStatus } from '../layers/chain-status.ts';
import type { LifecycleContext } from '../lifecycle/context.ts';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Layer } from '../store/layer-store.ts';
import { nodeLine } from './node-line.ts';
import { reclaimEscrows } from './reclaim-escrows.ts';
import { topUpProposer } from './top-up.ts';

const ROUND_MS = 1_000;
/** Unanswered rounds before a running node is called unreachable. */
const MISSES = 3;
const TOP_UP_MS = 60_000;
const RECLAIM_MS = 10 * 60_000;

const STATE_HEALTH: Record<NodeState, LayerHealth> = {
  stopped: 'stopped',
  starting: 'starting',
  running: 'healthy',
  restarting: 'restarting',
  'crash-looping': 'crash-looping',
};

/** Looks after living layers: their health, the end of trials by wall time, and their proposers' gas money. */
export class Monitor implements Service {
  readonly #context: LifecycleContext;
  readonly #lifecycle: Lifecycle;
  readonly #misses = new Map<number, number>();
  readonly #toppedUp = new Map<number, number>();
  #reclaimedAt = Number.NEGATIVE_INFINITY;
  #cancels: Cancel[] = [];
  #cancelRound: Cancel | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(context: LifecycleContext, lifecycle: Lifecycle) {
    this.#context = context;
    this.#lifecycle = lifecycle;
  }

  async start(): Promise<void> {
    const { driver, clock, logger } = this.#context.deps;
    this.#cancels = [
      driver.events.on('state', (id, state, reason) => {
        void this.#onState(id, state, reason).catch((err: unknown) =>
          logger.error({ err, layer: id }, 'health not kept'),
        );
      }),
      driver.events.on('line', (id, line) =>
        this.#context.events.relay(id, { event: 'log', data: nodeLine(line, clock.now()) }),
      ),
    ];
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelRound?.();
    for (const cancel of this.#cancels) cancel();
    await this.#round;
  }

  /** One look at every layer that lives. */
  async round(): Promise<void> {
    const { layers, deps } = this.#context;
    const living = (await layers.list({ living: true })).filter(
      (layer) => layer.status === 'STATUS_ACTIVE' || layer.status === 'STATUS_SETTLING',
    );
    await Promise.all(
      living.map((layer) =>
        this.#look(layer).catch((error: unknown) =>
          deps.logger.warn({ layer: layer.id, reason: errorMessage(error) }, 'a layer could not be looked after'),
        ),
      ),
    );
    if (deps.clock.now() - this.#reclaimedAt >= RECLAIM_MS) {
      this.#reclaimedAt = deps.clock.now();
      await reclaimEscrows(this.#context);
    }
  }

  #schedule(): void {
    if (this.#stopping) return;
    const { clock, logger } = this.#context.deps;
    // Jitter keeps several control planes on one database from asking in step.
    this.#cancelRound = clock.setTimeout(
      () => {
        this.#round = this.round()
          .catch((err: unknown) => logger.warn({ err }, 'a round of the monitor failed'))
          .finally(() => this.#schedule());
      },
      ROUND_MS * (0.8 + Math.random() * 0.4),
    );
  }

  async #look(layer: Layer): Promise<void> {
    const { deps } = this.#context;
    if (layer.status === 'STATUS_ACTIVE' && layer.expires_at && layer.expires_at.getTime() <= deps.clock.now()) {
      await this.#lifecycle.destroy(layer.id, 'The free trial is over.');
      return;
    }
    await this.#health(layer, await this.#healthOf(layer));
    const last = this.#toppedUp.get(layer.id) ?? Number.NEGATIVE_INFINITY;
    if (deps.clock.now() - last >= TOP_UP_MS) {
      this.#toppedUp.set(layer.id, deps.clock.now());
      await topUpProposer(layer, this.#context);
    }
  }

  async #healthOf(layer: Layer): Promise<LayerHealth> {
    const { driver } = this.#context.deps;
    const target = driver.target(layer.id);
    if (!target) return STATE_HEALTH[driver.state(layer.id)];
    try {
      await chainStatus(target);
      this.#misses.delete(layer.id);
      return 'healthy';
    } catch {
      const misses = (this.#misses.get(layer.id) ?? 0) + 1;
      this.#misses.set(layer.id, misses);
      return misses >= MISSES ? 'unreachable' : layer.health;
    }
  }

  async #onState(id: number, state: NodeState, reason: string | undefined): Promise<void> {
    const { layers, events, deps } = this.#context;
    const layer = await layers.get(id);
    if (!layer || layer.status === 'STATUS_TERMINATED' || layer.status === 'STATUS_FAILED') return;
    if (reason) await events.log(id, 'warn', `The node ended: ${reason}. It is started again.`);
    if (state === 'running' && deps.driver.restarts(id) > 0) {
      await layers.update(id, { restarts: layer.restarts + 1 });
    }
    // While it launches or stops, the steps tell the story.
    if (layer.status === 'STATUS_ACTIVE' || layer.status === 'STATUS_SETTLING')
      await this.#health(layer, STATE_HEALTH[state]);
  }

  async #health(layer: Layer, health: LayerHealth): Promise<void> {
    if (this.#stopping || layer.health === health) return;
    const { layers, events, deps } = this.#context;
    const updated = await layers.transition(layer.id, ['STATUS_ACTIVE', 'STATUS_SETTLING'], { health });
    if (!updated) return;
    const at = new Date(deps.clock.now()).toISOString();
    await events.append(layer.id, { event: 'status', data: { status: updated.status, health, at } });
  }
}
