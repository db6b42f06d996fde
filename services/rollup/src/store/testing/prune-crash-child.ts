/**
 * Stores blocks while old states are removed, for pruneCrash.test.ts, until it is killed.
 * Says the phase before each step. Arguments: folder, round.
 */
import { writeSync } from 'node:fs';
import { seededRandom } from '@tephra/testing';
import { BlockByBlock, rootsFrom } from './block-by-block.ts';

const [dataDir, round] = process.argv.slice(2) as [string, string];
const KEEP = 3n;
const random = seededRandom(Number(round) + 1);
const chain = await BlockByBlock.open(dataDir);
const { store } = chain;
const toggles = (): [number, number][] =>
  Array.from({ length: 30 }, () => [Math.floor(random() * 60), Math.floor(random() * 3)]);

for (let i = 0; i < 6; i++) await chain.block(toggles());
for (;;) {
  if (store.garbage.phase === 'idle') {
    await chain.block(toggles());
    const from = store.head()!.number - KEEP + 1n;
    await store.garbage.begin(from, rootsFrom(store, from));
  }
  do {
    if (random() < 0.4) await chain.block(toggles());
    writeSync(1, `${store.garbage.phase}\n`);
  } while (!(await store.garbage.step(0)));
}
