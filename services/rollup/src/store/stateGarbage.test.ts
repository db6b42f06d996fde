import { seededRandom, type TempDir, tempDir } from '@tephra/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockByBlock, keptStateParts, rootsFrom, statePartsOf } from './testing/block-by-block.ts';

describe('removal of old states', () => {
  let dir: TempDir;
  let chain: BlockByBlock;

  beforeEach(async () => {
    dir = await tempDir();
    chain = await BlockByBlock.open(dir.path);
    await chain.block([]);
  });
  afterEach(async () => {
    await chain.close();
    await dir.remove();
  });

  const reopen = async (): Promise<void> => {
    await chain.close();
    chain = await BlockByBlock.open(dir.path);
  };
  const head = (): bigint => chain.store.head()!.number;
  const begin = (keep: bigint) => {
    const wanted = head() - keep + 1n;
    const from = wanted > chain.store.stateFrom ? wanted : chain.store.stateFrom;
    return chain.store.garbage.begin(from, rootsFrom(chain.store, from));
  };
  const finish = async (): Promise<void> => {
    while (!(await chain.store.garbage.step(0)));
  };
  /** Sets forty slots to new values. */
  const churn = (round: number) =>
    chain.block(Array.from({ length: 40 }, (_, slot): [number, number] => [slot, round * 100 + slot + 1]));

  it('keeps exactly what the kept states consist of', async () => {
    for (let round = 0; round < 6; round++) await churn(round);
    await chain.store.persisted();
    const before = chain.store.garbage.entries;
    await begin(3n);
    await finish();
    expect(chain.store.stateFrom).toBe(head() - 2n);
    const kept = keptStateParts(chain.store);
    expect(chain.store.garbage.entries).toBe(kept.size);
    expect(chain.store.garbage.live).toBe(kept.size);
    expect(kept.size).toBeLessThan(before);
    for (let number = 0n; number < chain.store.stateFrom; number++) {
      expect(() => statePartsOf(chain.store, number), `block ${number}`).toThrow('lacks');
    }
    // Blocks themselves stay.
    expect(chain.store.blockByNumber(2n)?.transactions).toHaveLength(40);
    await churn(9);
    await reopen();
    expect(chain.store.stateFrom).toBe(head() - 3n);
    expect(() => keptStateParts(chain.store)).not.toThrow();
  });

  // A value that comes back brings back nodes that were garbage, before, while and after they are looked at.
  const SEEDS = Number(process.env.PRUNE_SEEDS ?? 4);
  it.each(Array.from({ length: SEEDS }, (_, i) => i + 1))(
    'loses nothing that blocks write meanwhile (order %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const toggles = (): [number, number][] =>
        Array.from({ length: 12 }, () => [Math.floor(random() * 24), Math.floor(random() * 3)]);
      for (let i = 0; i < 8; i++) await chain.block(toggles());
      for (let round = 0; round < 3; round++) {
        await begin(1n + BigInt(Math.floor(random() * 4)));
        let done = false;
        while (!done) {
          if (random() < 0.3) await chain.block(toggles());
          done = await chain.store.garbage.step(0);
        }
        await chain.block(toggles());
        await chain.store.persisted();
        const kept = keptStateParts(chain.store);
        expect(chain.store.garbage.entries).toBeGreaterThanOrEqual(kept.size);
      }
      await begin(1n);
      await finish();
      expect(chain.store.garbage.entries).toBe(keptStateParts(chain.store).size);
    },
  );

  it('visits what is below a node that was written again as it was', async () => {
    await churn(0);
    await chain.store.persisted();
    await begin(1n);
    // There and back: the nodes above slot 0 come again, those of the other slots are reachable through them alone.
    await chain.block([[0, 777]]);
    await chain.block([[0, 1]]);
    await chain.store.persisted();
    await finish();
    expect(() => keptStateParts(chain.store)).not.toThrow();
  });

  it('begins anew when it was interrupted while it marked', async () => {
    for (let round = 0; round < 4; round++) await churn(round);
    await chain.store.persisted();
    await begin(2n);
    await chain.store.garbage.step(0);
    expect(chain.store.garbage.phase).toBe('mark');
    const { stateFrom } = chain.store;
    await reopen();
    expect(chain.store.garbage.phase).toBe('idle');
    expect(chain.store.stateFrom).toBe(stateFrom);
    await churn(7);
    await begin(2n);
    await finish();
    await chain.store.persisted();
    expect(chain.store.garbage.entries).toBe(keptStateParts(chain.store).size);
  });

  it('goes on where it was when it was interrupted while it swept', async () => {
    // So much garbage that it is removed in several transactions.
    for (let round = 0; round < 40; round++) await churn(round);
    await begin(2n);
    while (chain.store.garbage.phase !== 'sweep') await chain.store.garbage.step(0);
    const before = chain.store.garbage.entries;
    while (chain.store.garbage.entries === before) await chain.store.garbage.step(0);
    await churn(70);
    await reopen();
    expect(chain.store.garbage.phase).toBe('sweep');
    await churn(71);
    await finish();
    await chain.store.persisted();
    // What was written meanwhile and is garbage by now waits for the next time.
    keptStateParts(chain.store);
    await begin(1n);
    await finish();
    expect(chain.store.garbage.entries).toBe(keptStateParts(chain.store).size);
  });

  it('gives up, and removes nothing, when a kept state is not whole', async () => {
    await churn(1);
    await chain.store.persisted();
    const before = chain.store.garbage.entries;
    await chain.store.garbage.begin(head(), [new Uint8Array(32).fill(7)]);
    await expect(finish()).rejects.toThrow(`trie node ${'07'.repeat(32)} of a kept state is missing`);
    await chain.store.garbage.abandon();
    expect(chain.store.garbage.entries).toBe(before);
    await begin(1n);
    await finish();
    keptStateParts(chain.store);
  });
});
