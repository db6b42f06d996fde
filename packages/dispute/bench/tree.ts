import { parseArgs } from 'node:util';
import { loopMachine } from '../src/testing/loopMachine.ts';
import { ClaimTrees, heightOf } from '../src/tree/claimTrees.ts';

// The trees of one long transaction, as either side of a dispute makes them: prints JSON lines.

const { values } = parseArgs({ options: { gas: { type: 'string', default: '33554432' } } });
const print = (figure: string, value: number, unit: string): void =>
  console.log(JSON.stringify({ figure, value: Math.round(value * 100) / 100, unit }));

const { machine } = loopMachine(BigInt(values.gas));
const trees = new ClaimTrees(machine);
let start = performance.now();
/** Seconds since the last time that this was asked. */
const lap = (): number => {
  const now = performance.now();
  const seconds = (now - start) / 1_000;
  start = now;
  return seconds;
};
const [, steps] = trees.segments.lengths;
print('steps', steps!, 'steps');
print('states between segments', lap(), 's');
trees.node({ level: 1, segment: 1, height: heightOf(1), position: 0 });
print('states of every step', lap(), 's');
let moves = 0;
const leaf = Math.floor(steps! * 0.7);
for (let height = heightOf(1); height > 0; height -= 3, moves++) {
  const width = 2 ** (height - 3);
  const first = Math.floor(leaf / (8 * width)) * 8;
  for (let child = 0; child < 8; child++) {
    trees.node({ level: 1, segment: 1, height: height - 3, position: first + child });
  }
}
trees.prove(1, leaf);
print('longest walk to a step', lap(), 's');
print('moves of a side in it', moves + 1, 'moves');
print('memory', process.memoryUsage().rss / 2 ** 20, 'MiB');
