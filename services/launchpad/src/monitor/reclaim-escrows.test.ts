import { type Database, openDatabase } from '@tephra/db';
import { FakeClock } from '@tephra/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyLedger } from '../layers/ledger.ts';
import type { LifecycleContext } from '../lifecycle/context.ts';
import { EventStore } from '../store/event-store.ts';
import { type Layer, LayerStore } from '../store/layer-store.ts';
import { SettlementStore } from '../store/settlement-store.ts';
import { logger } from '../testing/harness.ts';
import { reclaimEscrows } from './reclaim-escrows.ts';

const HOLD = 2_592_000n;
let db: Database;
beforeAll(async () => {
  db = await openDatabase({ kind: 'memory' });
});
afterAll(() => db?.destroy());

it('takes an escrow back once its hold is over, and only once', async () => {
  const clock = new FakeClock();
  const layers = new LayerStore(db);
  const settlements = new SettlementStore(db);
  const escrows = new Map<string, bigint>();
  const sent: string[] = [];
  let l1Time = 1_000n;
  const context = {
    deps: { db, clock, logger },
    layers,
    events: new EventStore({ db, clock, logger }),
    client: {
      getBlock: async () => ({ timestamp: l1Time }),
      readContract: async (call: { address: string; functionName: string }) =>
        call.functionName === 'ESCROW_HOLD' ? HOLD : (escrows.get(call.address) ?? 0n),
    },
    funder: {
      send: async ({ to }: { to: string }) => {
        sent.push(to);
        escrows.set(to, 0n);
      },
    },
  } as unknown as LifecycleContext;

  const add = async (name: string, status: Layer['status'], bridge: string, escrow: bigint): Promise<number> => {
    const settings = { blockTime: 1 } as Layer['settings'];
    const chainId = await layers.nextChainId();
    const common = { tier: 'FLASHLAYER_TIER_BASIC', owner: '0x1', challengePeriod: 10 } as const;
    const { id } = await layers.insert({ ...common, name, chainId, settings, createdAt: new Date(clock.now()) });
    await layers.update(id, { status, bridge });
    await settlements.save(id, { ...emptyLedger('done', clock.now()), windowEnd: 1_000 });
    escrows.set(bridge, escrow);
    return id;
  };
  await add('ended', 'STATUS_TERMINATED', '0xa', 5n);
  const empty = await add('empty', 'STATUS_TERMINATED', '0xb', 0n);
  await add('living', 'STATUS_ACTIVE', '0xc', 5n);

  await reclaimEscrows(context);
  expect(sent).toEqual([]);
  expect((await layers.get(empty))?.escrow_reclaimed_at).not.toBeNull();
  l1Time = 1_000n + HOLD;
  await reclaimEscrows(context);
  await reclaimEscrows(context);
  expect(sent).toEqual(['0xa']);
});
