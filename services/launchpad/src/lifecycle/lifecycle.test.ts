import { LAUNCH_STEPS as ALL_LAUNCH_STEPS, END_STEPS, type StepName } from '@tephra/api';
import { TephraError, TypedEmitter } from '@tephra/core';
import { type Database, openDatabase } from '@tephra/db';
import { FakeClock, waitUntil } from '@tephra/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DriverEvents, RollupDriver } from '../driver/driver.ts';
import { EventStore } from '../store/event-store.ts';
import { type Layer, LayerStore } from '../store/layer-store.ts';
import { SettlementStore } from '../store/settlement-store.ts';
import { logger } from '../testing/harness.ts';
import type { LifecycleContext, StepOperation } from './context.ts';
import { Lifecycle } from './lifecycle.ts';

/** Of layers that import nothing. */
const LAUNCH_STEPS = ALL_LAUNCH_STEPS.filter((name) => name !== 'import');

/** A driver without processes; the operations under test never look at it. */
class IdleDriver implements RollupDriver {
  readonly events = new TypedEmitter<DriverEvents>();
  readonly launched: number[] = [];
  readonly kicked: number[] = [];
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  prepare(): void {}
  async launch({ id }: { id: number }): Promise<void> {
    this.launched.push(id);
  }
  async halt(): Promise<void> {}
  kick(id: number): void {
    this.kicked.push(id);
  }
  state() {
    return 'stopped' as const;
  }
  restarts(): number {
    return 0;
  }
  target(): undefined {}
  async tail(): Promise<string[]> {
    return [];
  }
  async forget(): Promise<void> {}
}

type Operations = Record<StepName, StepOperation>;

/** Operations that note their names; `special` replaces some. */
function operations(calls: string[], special: Partial<Operations> = {}): Operations {
  const noted = [...LAUNCH_STEPS, ...END_STEPS].map((name): [StepName, StepOperation] => [
    name,
    async (...args) => {
      calls.push(name);
      await special[name]?.(...args);
    },
  ]);
  return Object.fromEntries(noted) as Operations;
}

const forever: StepOperation = () => new Promise(() => undefined);

let db: Database;
let context: LifecycleContext;
let clock: FakeClock;
let driver: IdleDriver;
let layerCount = 0;

beforeAll(async () => {
  db = await openDatabase({ kind: 'memory' });
});
afterAll(() => db?.destroy());
beforeEach(async () => {
  // One living layer at a time: a new control plane takes up all that it finds.
  await db.updateTable('layers').set({ status: 'STATUS_TERMINATED' }).execute();
  clock = new FakeClock();
  driver = new IdleDriver();
  context = {
    options: { freeTrialMs: 7_200_000 },
    deps: { db, clock, logger, driver, l1: {} },
    layers: new LayerStore(db),
    events: new EventStore({ db, clock, logger }),
    settlements: new SettlementStore(db),
    dirOf: (id: number) => `/nowhere/${id}`,
    localUrl: () => '',
  } as unknown as LifecycleContext;
});

async function newLayer(tier: Layer['tier'] = 'FLASHLAYER_TIER_BASIC'): Promise<number> {
  const layer = await context.layers.insert({
    name: `layer${++layerCount}`,
    chainId: await context.layers.nextChainId(),
    tier,
    settings: { blockTime: 1, tokenDecimals: '18' } as Layer['settings'],
    owner: '0x0000000000000000000000000000000000000001',
    challengePeriod: 10,
    createdAt: new Date(clock.now()),
  });
  return layer.id;
}

async function until(id: number, status: Layer['status']): Promise<void> {
  await waitUntil(async () => (await context.layers.get(id))?.status === status, { what: status });
}

describe('launch', () => {
  it('runs every step once, in order, and starts the trial when active', async () => {
    const id = await newLayer('FLASHLAYER_TIER_FREE_TRIAL');
    const calls: string[] = [];
    const lifecycle = new Lifecycle(context, operations(calls));
    lifecycle.run(id);
    lifecycle.run(id);
    await lifecycle.idle(id);
    expect(calls).toEqual(LAUNCH_STEPS);
    const layer = await context.layers.get(id);
    expect(layer).toMatchObject({ status: 'STATUS_ACTIVE', health: 'healthy' });
    expect(layer?.expires_at?.getTime()).toBe(clock.now() + 7_200_000);
  });

  it.each(LAUNCH_STEPS)('goes on after a crash of the control plane during %s', async (crashed) => {
    const id = await newLayer();
    const before: string[] = [];
    new Lifecycle(context, operations(before, { [crashed]: forever })).run(id);
    await waitUntil(() => before.includes(crashed), { what: crashed });

    const after: string[] = [];
    const revived = new Lifecycle(context, operations(after));
    await revived.start();
    await until(id, 'STATUS_ACTIVE');
    const position = LAUNCH_STEPS.indexOf(crashed);
    expect(before).toEqual(LAUNCH_STEPS.slice(0, position + 1));
    expect(after).toEqual(LAUNCH_STEPS.slice(position));
    expect((await context.layers.steps(id)).find((step) => step.name === crashed)?.attempt).toBe(2);
    await revived.stop();
  });

  it('stops at a failed step, shows why, and retries from it', async () => {
    const id = await newLayer();
    let broken = true;
    const calls: string[] = [];
    const lifecycle = new Lifecycle(
      context,
      operations(calls, {
        node: async () => {
          if (broken) throw new TephraError('NO_ROOM', 'there is no room', { hint: 'Make room.' });
        },
      }),
    );
    lifecycle.run(id);
    await until(id, 'STATUS_FAILED');
    const step = (await context.layers.steps(id)).find(({ name }) => name === 'node');
    expect(step).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'NO_ROOM', message: 'there is no room', hint: 'Make room.' },
    });
    broken = false;
    await lifecycle.retry(id);
    await until(id, 'STATUS_ACTIVE');
    expect(calls).toEqual([...LAUNCH_STEPS.slice(0, 5), ...LAUNCH_STEPS.slice(4)]);
    await expect(lifecycle.retry(999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('repeats a step by itself when its error may pass, a bounded number of times', async () => {
    const id = await newLayer();
    const calls: string[] = [];
    let failures = 2;
    const lifecycle = new Lifecycle(
      context,
      operations(calls, {
        genesis: async () => {
          if (failures-- > 0) throw new TephraError('L1_UNREACHABLE', 'no answer', { retryable: true });
        },
        node: async () => {
          throw new TephraError('L1_UNREACHABLE', 'no answer', { retryable: true });
        },
      }),
    );
    lifecycle.run(id);
    const ended = until(id, 'STATUS_FAILED');
    let done = false;
    void ended.then(() => {
      done = true;
    });
    while (!done) await clock.advance(250);
    expect(calls.filter((name) => name === 'genesis')).toHaveLength(3);
    expect(calls.filter((name) => name === 'node')).toHaveLength(4);
    await ended;
  });

  it('leaves a step to be run again when the platform stops', async () => {
    const id = await newLayer();
    const calls: string[] = [];
    const waits: StepOperation = (_layer, _context, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const lifecycle = new Lifecycle(context, operations(calls, { 'first-block': waits }));
    lifecycle.run(id);
    await waitUntil(() => calls.includes('first-block'), { what: 'the step' });
    await lifecycle.stop();
    expect((await context.layers.get(id))?.status).toBe('STATUS_DEPLOYING');
    expect((await context.layers.steps(id)).find(({ name }) => name === 'first-block')?.status).toBe('pending');
  });
});

describe('end of life', () => {
  async function active(): Promise<number> {
    const id = await newLayer();
    const lifecycle = new Lifecycle(context, operations([]));
    lifecycle.run(id);
    await lifecycle.idle(id);
    return id;
  }

  it.each(END_STEPS)('goes on after a crash of the control plane during %s', async (crashed) => {
    const id = await active();
    const before: string[] = [];
    await new Lifecycle(context, operations(before, { [crashed]: forever })).destroy(id, 'test');
    await waitUntil(() => before.includes(crashed), { what: crashed });
    const after: string[] = [];
    const revived = new Lifecycle(context, operations(after));
    await revived.start();
    await until(id, 'STATUS_TERMINATED');
    expect(after).toEqual(END_STEPS.slice(END_STEPS.indexOf(crashed)));
    await revived.stop();
  });

  it('breaks off a launch, and is begun only once', async () => {
    const id = await newLayer();
    const calls: string[] = [];
    const waits: StepOperation = (_layer, _context, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const lifecycle = new Lifecycle(context, operations(calls, { 'first-block': waits }));
    lifecycle.run(id);
    await waitUntil(() => calls.includes('first-block'), { what: 'the step' });
    await Promise.all([lifecycle.destroy(id, 'one'), lifecycle.destroy(id, 'two')]);
    await until(id, 'STATUS_TERMINATED');
    await lifecycle.destroy(id, 'three');
    expect(calls).toEqual([...LAUNCH_STEPS.slice(0, 6), ...END_STEPS]);
    await expect(lifecycle.destroy(999_999, 'none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stays in settling when a step fails, and goes on from it', async () => {
    const id = await active();
    let broken = true;
    const calls: string[] = [];
    const lifecycle = new Lifecycle(
      context,
      operations(calls, {
        close: async () => {
          if (broken) throw new TephraError('REVERTED', 'the L1 refused');
        },
      }),
    );
    await lifecycle.destroy(id, 'test');
    await lifecycle.idle(id);
    expect((await context.layers.get(id))?.status).toBe('STATUS_SETTLING');
    broken = false;
    await lifecycle.retry(id);
    await until(id, 'STATUS_TERMINATED');
    expect(calls).toEqual(['close', ...END_STEPS]);
  });
});

it('tells every change in order', async () => {
  const id = await newLayer();
  const lifecycle = new Lifecycle(context, operations([]));
  lifecycle.run(id);
  await lifecycle.idle(id);
  const events = await context.events.after(id, 0, 100);
  const told = events.map((event) =>
    event.event === 'step'
      ? `${event.data.name} ${event.data.status}`
      : event.event === 'status'
        ? event.data.status
        : '',
  );
  expect(told).toEqual([
    'STATUS_DEPLOYING',
    ...LAUNCH_STEPS.flatMap((name) => [`${name} running`, `${name} done`]),
    'STATUS_ACTIVE',
  ]);
});
