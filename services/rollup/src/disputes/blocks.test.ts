import type { Family } from '@tephra/dispute';
import { StepVerifier } from '@tephra/dispute/verifier';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  anyBlocks,
  anyLine,
  cancunLine,
  contractsLine,
  forcedLine,
  inboxLine,
  pragueLine,
  settledLine,
  tinyLine,
} from '../pov/scenarios.ts';
import { ProvenLine } from '../pov/testing.ts';
import { blockInputOf } from './testing/blockInput.ts';
import { belowFrom, runBlock } from './testing/machineRun.ts';

/** What one move on the L1 may take; PROTOCOL.md has 12 million. */
const MOST_GAS = 5_000_000n;

/** More of them is what to do after a change of the machine: 400 take 150 s. */
const RUNS = Number(process.env.DISPUTE_RUNS ?? 15);
const SEED = Number(process.env.DISPUTE_SEED ?? 5);

let verifier: StepVerifier;
beforeAll(async () => {
  verifier = await StepVerifier.create();
});

const below = belowFrom(42);

/**
 * The machine comes to the chain's own output roots, block by block, and so do the contracts where they are asked.
 * @returns steps that these checked, by family
 */
async function expectBlocks(line: ProvenLine, every = 25, everyOther = 3): Promise<Map<Family, number>> {
  const counts = new Map<Family, number>();
  for (let number = 1; number <= line.count; number++) {
    const input = blockInputOf(line, number, 1, line.count);
    const run = await runBlock(line, input, { every, everyOther }, { verifier, below });
    expect(run.problems).toEqual([]);
    expect(run.outputRoot, `block ${number}`).toBe(line.blocks(number, number)[0]!.outputRoot);
    // Opening, calls of the forks, transactions, the end: each its own segment.
    const { transactions } = line.blocks(number, number)[0]!;
    const calls = line.line.genesis.hardfork === 'prague' ? 2 : 1;
    expect(run.segments).toBe(2 + calls + transactions.length);
    for (const [family, { count, most }] of run.checked) {
      expect(most, family).toBeLessThan(MOST_GAS);
      counts.set(family, (counts.get(family) ?? 0) + count);
    }
  }
  return counts;
}

describe('claims about blocks of a chain', { timeout: 600_000 }, () => {
  it('hold without transactions', async () => {
    const line = await ProvenLine.create();
    await line.block([]);
    await expectBlocks(line, 1, 1);
  });

  it('hold for deployments, storage, logs, history, precompiled contracts and self-destruction', async () => {
    const counts = await expectBlocks(await contractsLine(), 4);
    for (const family of ['stack', 'memory', 'system', 'transaction', 'receipt', 'flush', 'seal'] as const) {
      expect(counts.get(family), family).toBeGreaterThan(3);
    }
  });

  it('hold for accounts that stand for others, and the contracts of Prague', async () => {
    await expectBlocks(await pragueLine());
  });

  it('hold by the rules of Cancun', async () => {
    await expectBlocks(await cancunLine());
  });

  it('hold for every kind of inbox message', async () => {
    await expectBlocks(await inboxLine(), 300);
  });

  it('hold for what was forced in: executed, or skipped for the same reason', async () => {
    await expectBlocks(await forcedLine());
  });

  it('hold for the end of life: the settlement, and addenda after it', async () => {
    await expectBlocks(await settledLine(), 600);
  });

  it('hold for transactions that are shorter than a hash', async () => {
    const line = await tinyLine();
    const lengths = line.blocks(1, 3).map(({ transactions }) => transactions.length);
    expect(lengths).toEqual([1, 4, 3 + 20]);
    await expectBlocks(line, 200, 2);
  });

  it('hold for any blocks', async () => {
    await fc.assert(
      fc.asyncProperty(anyBlocks, async (blocks) => void (await expectBlocks(await anyLine(blocks), 100, 20))),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
