import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { seededRandom, tempDir } from '@tephra/testing';
import { expect, it } from 'vitest';
import { BlockByBlock, keptStateParts } from './testing/block-by-block.ts';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 4);
const SEED = Number(process.env.CRASH_SEED ?? 1);

/** Kills it after so many steps; gives the phase in which it was. */
async function runAndKill(dataDir: string, round: number, steps: number): Promise<string> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('testing/prune-crash-child.ts', import.meta.url)), dataDir, String(round)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > steps) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(child.signalCode).toBe('SIGKILL');
  return output.trimEnd().split('\n').at(-1)!;
}

it(`a node that is killed while it removes states has all that it kept (${ROUNDS} kills)`, {
  timeout: 30_000 + ROUNDS * 20_000,
}, async () => {
  const random = seededRandom(SEED);
  await using dir = await tempDir('tephra-prune-');
  const phases = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    phases.add(await runAndKill(dir.path, round, 4 + Math.floor(random() * 60)));
    const chain = await BlockByBlock.open(dir.path);
    expect(() => keptStateParts(chain.store)).not.toThrow();
    // What the killed one left is completed, and the chain goes on.
    while (!(await chain.store.garbage.step(5))) await chain.block([[round, 1]]);
    expect(() => keptStateParts(chain.store)).not.toThrow();
    await chain.close();
  }
  expect([...phases].every((phase) => phase === 'mark' || phase === 'sweep')).toBe(true);
});
