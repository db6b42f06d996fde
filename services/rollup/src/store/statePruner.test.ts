import { createLogger, systemClock, TypedEmitter } from '@tephra/core';
import { type TempDir, tempDir } from '@tephra/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChainEvents } from '../chain.ts';
import { newestBlockWithOrigin } from './newestBlockWithOrigin.ts';
import { StatePruner } from './statePruner.ts';
import { BlockByBlock, keptStateParts, statePartsOf } from './testing/block-by-block.ts';

describe('StatePruner', () => {
  let dir: TempDir;
  let chain: BlockByBlock;
  let events: TypedEmitter<ChainEvents>;
  let settled: bigint | 'head';

  beforeEach(async () => {
    dir = await tempDir();
    chain = await BlockByBlock.open(dir.path);
    events = new TypedEmitter();
    settled = 'head';
  });
  afterEach(async () => {
    await chain.close();
    await dir.remove();
  });

  const pruner = (keepBlocks: number): StatePruner =>
    new StatePruner(
      { keepBlocks, minEntries: 1 },
      {
        store: chain.store,
        events,
        settledBlock: () => (settled === 'head' ? chain.store.head()!.number : settled),
        clock: systemClock,
        logger: createLogger({ name: 'test', level: 'silent' }),
      },
    );
  const blocks = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const { number } = chain.store.head()!;
      await chain.block(Array.from({ length: 20 }, (_, slot): [number, number] => [slot, Number(number) * 50 + slot]));
      events.emit('sealed', chain.store.blockByNumber(number + 1n)!);
    }
    await chain.store.persisted();
  };
  const idle = () => expect.poll(() => chain.store.garbage.phase).toBe('idle');

  it('keeps the states of the newest blocks, as many as it is told', async () => {
    const service = pruner(4);
    await service.start();
    await blocks(20);
    await idle();
    await blocks(1);
    await idle();
    const { store } = chain;
    expect(store.stateFrom).toBeGreaterThan(4n);
    expect(store.stateFrom).toBeLessThanOrEqual(store.head()!.number - 3n);
    keptStateParts(store);
    expect(() => statePartsOf(store, 2n)).toThrow('lacks');
    await service.stop();
  });

  it('keeps what a reorganisation of the L1 could still go back to', async () => {
    settled = 3n;
    const service = pruner(2);
    await service.start();
    await blocks(12);
    await idle();
    expect(chain.store.stateFrom).toBe(3n);
    for (let number = 3n; number <= 12n; number++) statePartsOf(chain.store, number);
    await service.stop();
  });

  it('stops in the middle, and the next one completes it', async () => {
    await blocks(12);
    const { garbage } = chain.store;
    await garbage.begin(10n, []);
    await garbage.abandon();
    const first = pruner(2);
    await first.start();
    await blocks(1);
    await first.stop();
    const second = pruner(2);
    await second.start();
    await idle();
    keptStateParts(chain.store);
    await second.stop();
  });

  it('refuses to keep nothing', () => {
    expect(() => pruner(0)).toThrow('1 block at least');
  });
});

describe('newestBlockWithOrigin', () => {
  it('finds the last block that stands on the L1 block or an earlier one', () => {
    const origins = [5n, 5n, 5n, 7n, 7n, 9n];
    const find = (l1: bigint) => newestBlockWithOrigin(l1, 5n, (number) => ({ number: origins[Number(number)]! }));
    expect([4n, 5n, 6n, 7n, 8n, 9n, 100n].map(find)).toEqual([0n, 2n, 2n, 4n, 4n, 5n, 5n]);
  });
});
