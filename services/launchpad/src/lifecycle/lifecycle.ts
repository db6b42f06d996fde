import type { LayerHealth, LayerStatus, StepName } from '@tephra/api';
import type { Service } from '@tephra/core';
import { LaunchpadError } from '../errors.ts';
import { stepOf } from '../layers/view.ts';
import type { Layer, Step } from '../store/layer-store.ts';
import type { LifecycleContext, StepOperation, StepRun } from './context.ts';
import { nodeSpec } from './node-spec.ts';
import { stepFailure } from './step-failure.ts';
import { OPERATIONS } from './steps/operations.ts';

/** Tries of a step with a retryable error before it counts as failed, and the pauses between them. */
const RETRIES = { launch: 4, end: 30 };
const RETRY_PAUSE_MS = { base: 250, max: 10_000 };

const LAUNCHING: LayerStatus[] = ['STATUS_INITIALIZING', 'STATUS_DEPLOYING'];

type Running = { abort: AbortController; done: Promise<void> };

/**
 * Carries layers through the steps of their lives. Each step is a row: what is done is never repeated, what was under
 * way when the control plane died is run again, and a failed one waits for {@link retry}. One runner per layer.
 */
export class Lifecycle implements Service {
  readonly #context: LifecycleContext;
  readonly #operations: Record<StepName, StepOperation>;
  readonly #running = new Map<number, Running>();
  #stopping = false;

  constructor(context: LifecycleContext, operations: Record<StepName, StepOperation> = OPERATIONS) {
    this.#context = context;
    this.#operations = operations;
  }

  /** Takes up every living layer where it stands. */
  async start(): Promise<void> {
    const { layers, deps } = this.#context;
    for (const layer of await layers.list({ living: true })) {
      switch (layer.status) {
        case 'STATUS_INITIALIZING':
        case 'STATUS_DEPLOYING':
        case 'STATUS_SETTLING':
          this.run(layer.id);
          break;
        case 'STATUS_ACTIVE':
          // Not awaited: a node with much to replay must not hold up the platform.
          void nodeSpec(layer, this.#context)
            .then((spec) => deps.driver.launch(spec))
            .catch((err: unknown) =>
              deps.logger.error({ err, layer: layer.id }, 'the node of a layer cannot be started'),
            );
          break;
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { abort } of this.#running.values()) abort.abort(new Error('the platform stops'));
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /** Runs what the layer's status asks for, unless it runs already. */
  run(id: number): void {
    if (this.#stopping || this.#running.has(id)) return;
    const abort = new AbortController();
    const done = this.#carry(id, abort.signal)
      .catch((err: unknown) => this.#context.deps.logger.error({ err, layer: id }, 'the steps of a layer broke off'))
      .finally(() => this.#running.delete(id));
    this.#running.set(id, { abort, done });
  }

  /** Resolves when no step of the layer runs. */
  async idle(id: number): Promise<void> {
    await this.#running.get(id)?.done;
  }

  /**
   * Begins the end of a layer's life, from any status; harmless when it has begun.
   * @throws LaunchpadError NOT_FOUND
   */
  async destroy(id: number, reason: string): Promise<void> {
    const { layers, events, deps } = this.#context;
    const begun = await layers.transition(id, [...LAUNCHING, 'STATUS_ACTIVE', 'STATUS_FAILED'], {
      status: 'STATUS_SETTLING',
      destroy_requested_at: new Date(deps.clock.now()),
    });
    if (!begun) {
      if (!(await layers.get(id))) throw notFound(id);
      return;
    }
    await layers.addEndSteps(id);
    await events.log(id, 'info', reason);
    await this.#announce(begun);
    const launching = this.#running.get(id);
    if (launching) {
      launching.abort.abort(new Error('the layer is destroyed'));
      await launching.done;
    }
    this.run(id);
  }

  /**
   * Runs the failed step again and what follows it; for a living layer, starts a crash-looping node at once.
   * @throws LaunchpadError NOT_FOUND, FAILED_PRECONDITION
   */
  async retry(id: number): Promise<void> {
    const { layers, deps } = this.#context;
    const layer = await layers.get(id);
    if (!layer) throw notFound(id);
    if (layer.status === 'STATUS_ACTIVE' && deps.driver.state(id) !== 'running') {
      deps.driver.kick(id);
      return;
    }
    const failed = (await layers.steps(id)).find((step) => step.status === 'failed');
    if (!failed || this.#running.has(id)) {
      throw new LaunchpadError('FAILED_PRECONDITION', `Layer ${layer.name} has no failed step.`, {
        hint: 'Retry is for a launch or settlement that failed, or a node that does not come up.',
      });
    }
    await this.#step(await layers.updateStep(id, failed.name, { status: 'pending', error: null }));
    if (failed.phase === 'launch' && layer.status === 'STATUS_FAILED') {
      await this.#enter(layer, { status: 'STATUS_DEPLOYING', health: 'starting' });
    }
    this.run(id);
  }

  async #carry(id: number, signal: AbortSignal): Promise<void> {
    const { layers } = this.#context;
    const layer = await layers.get(id);
    if (!layer) return;
    if (LAUNCHING.includes(layer.status)) await this.#launch(layer, signal);
    else if (layer.status === 'STATUS_SETTLING') await this.#end(layer, signal);
  }

  async #launch(layer: Layer, signal: AbortSignal): Promise<void> {
    const { layers, deps, options } = this.#context;
    if (layer.status === 'STATUS_INITIALIZING') await this.#enter(layer, { status: 'STATUS_DEPLOYING' });
    const outcome = await this.#phase(layer.id, 'launch', signal);
    if (outcome === 'stopped') return;
    const now = deps.clock.now();
    const update =
      outcome === 'failed'
        ? ({ status: 'STATUS_FAILED', health: 'stopped' } as const)
        : ({
            status: 'STATUS_ACTIVE',
            health: 'healthy',
            active_at: new Date(now),
            expires_at: layer.tier === 'FLASHLAYER_TIER_FREE_TRIAL' ? new Date(now + options.freeTrialMs) : null,
          } as const);
    if (outcome === 'failed') await deps.driver.halt(layer.id);
    // Only from DEPLOYING: a destroy may have come in between.
    const moved = await layers.transition(layer.id, LAUNCHING, update);
    if (moved) await this.#announce(moved);
  }

  async #end(layer: Layer, signal: AbortSignal): Promise<void> {
    await this.#context.layers.addEndSteps(layer.id);
    if ((await this.#phase(layer.id, 'end', signal)) !== 'done') return;
    await this.#enter(layer, {
      status: 'STATUS_TERMINATED',
      health: 'stopped',
      terminated_at: new Date(this.#context.deps.clock.now()),
    });
  }

  async #phase(id: number, phase: Step['phase'], signal: AbortSignal): Promise<'done' | 'failed' | 'stopped'> {
    for (const step of await this.#context.layers.steps(id)) {
      if (step.phase !== phase || step.status === 'done') continue;
      if (step.status === 'failed') return 'failed';
      if (signal.aborted) return 'stopped';
      const outcome = await this.#attempt(id, step, signal);
      if (outcome !== 'done') return outcome;
    }
    return 'done';
  }

  /** Runs one step, again and again while its error says that this may help. */
  async #attempt(id: number, step: Step, signal: AbortSignal): Promise<'done' | 'failed' | 'stopped'> {
    const { layers, events, deps } = this.#context;
    const started = new Date(deps.clock.now());
    for (let attempt = step.attempt + 1, tries = 1; ; attempt++, tries++) {
      await this.#step(
        await layers.updateStep(id, step.name, {
          status: 'running',
          attempt,
          started_at: started,
          finished_at: null,
          error: null,
        }),
      );
      const layer = await layers.get(id);
      if (!layer) return 'stopped';
      try {
        await this.#operations[step.name](layer, this.#context, this.#stepRun(id, step.name, signal));
        await this.#step(
          await layers.updateStep(id, step.name, { status: 'done', finished_at: new Date(deps.clock.now()) }),
        );
        return 'done';
      } catch (error) {
        if (signal.aborted) return this.#interrupted(id, step);
        const { retryable, ...failure } = stepFailure(error);
        deps.logger.warn({ err: error, layer: id, step: step.name, attempt }, 'a step failed');
        if (!retryable || tries >= RETRIES[step.phase]) {
          await events.log(id, 'error', failure.message);
          await this.#step(
            await layers.updateStep(id, step.name, {
              status: 'failed',
              finished_at: new Date(deps.clock.now()),
              error: failure,
            }),
          );
          return 'failed';
        }
        await events.log(id, 'warn', `${failure.message}; it is tried again`);
        const pause = Math.min(RETRY_PAUSE_MS.max, RETRY_PAUSE_MS.base * 2 ** (tries - 1));
        const stopped = await deps.clock.sleep(pause, signal).then(
          () => false,
          () => true,
        );
        if (stopped) return this.#interrupted(id, step);
      }
    }
  }

  /** Leaves the step pending, to be run again by whoever comes next. */
  async #interrupted(id: number, step: Step): Promise<'stopped'> {
    await this.#step(await this.#context.layers.updateStep(id, step.name, { status: 'pending', started_at: null }));
    return 'stopped';
  }

  #stepRun(id: number, name: StepName, signal: AbortSignal): StepRun {
    const { layers, events } = this.#context;
    return {
      signal,
      log: (level, message) => events.log(id, level, message),
      update: (update) => layers.update(id, update),
      transaction: async (hash) => {
        await this.#step(await layers.updateStep(id, name, { l1_transaction_hash: hash }));
      },
    };
  }

  async #enter(
    layer: Layer,
    update: { status: LayerStatus; health?: LayerHealth; terminated_at?: Date },
  ): Promise<void> {
    await this.#announce(await this.#context.layers.update(layer.id, update));
  }

  #announce(layer: Layer): Promise<void> {
    const at = new Date(this.#context.deps.clock.now()).toISOString();
    return this.#context.events.append(layer.id, {
      event: 'status',
      data: { status: layer.status, health: layer.health, at },
    });
  }

  #step(step: Step): Promise<void> {
    return this.#context.events.append(step.layer_id, { event: 'step', data: stepOf(step) });
  }
}

function notFound(id: number): LaunchpadError {
  return new LaunchpadError('NOT_FOUND', `There is no flash layer ${id}.`, { hint: 'GET /v1/flashlayer lists all.' });
}
