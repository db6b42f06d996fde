import { StepVerifier } from '@tephra/dispute/verifier';
import { hexToBytes } from '@tephra/engine';
import type { BlockContent, Hash, Hex } from '@tephra/protocol';
import fc from 'fast-check';
import { bytesToHex } from 'viem';
import { beforeAll, describe, expect, it } from 'vitest';
import { anyBlocks, anyLine, contractsLine, inboxLine, NOBODY, settledLine, settlement } from '../pov/scenarios.ts';
import type { ProvenLine } from '../pov/testing.ts';
import { executeBlock } from '../transition/index.ts';
import { contentsOf, inputOf, packContentOf } from './testing/blockInput.ts';
import { type Below, belowFrom, runBlock } from './testing/machineRun.ts';

const RUNS = Number(process.env.DISPUTE_RUNS ?? 15);
const SEED = Number(process.env.DISPUTE_SEED ?? 5);

let verifier: StepVerifier;
beforeAll(async () => {
  verifier = await StepVerifier.create();
});

/** Another content in place of a block's; some of them are valid too. */
type Mutation = (content: BlockContent, below: Below, line: ProvenLine) => BlockContent | Promise<BlockContent>;

const withTransactions = (content: BlockContent, transactions: Hex[]): BlockContent => ({ ...content, transactions });

/** Changes a transaction of the content, or adds one where there is none. */
const changing =
  (change: (raw: Uint8Array, below: Below) => Uint8Array): Mutation =>
  (content, below) => {
    const { transactions } = content;
    const at = below(transactions.length + 1);
    const raw = change(hexToBytes(transactions[at] ?? '0x02c0'), below);
    return withTransactions(content, [...transactions.slice(0, at), bytesToHex(raw), ...transactions.slice(at + 1)]);
  };

const adding =
  (make: (line: ProvenLine) => Promise<Hex> | Hex): Mutation =>
  async (content, below, line) => {
    const { transactions } = content;
    const at = below(transactions.length + 1);
    return withTransactions(content, [...transactions.slice(0, at), await make(line), ...transactions.slice(at)]);
  };

const MUTATIONS: Record<string, Mutation> = {
  'an earlier time': (content) => ({ ...content, timestamp: content.timestamp - 1n }),
  'a later time': (content) => ({ ...content, timestamp: content.timestamp + 100n }),
  'the origin before': (content) => ({ ...content, l1OriginNumber: content.l1OriginNumber - 1n }),
  'the newest origin': (content, _, line) => ({
    ...content,
    l1OriginNumber: line.l1.origin().number,
    timestamp: content.timestamp + 50n,
  }),
  'another number': (content) => ({ ...content, number: content.number + 1n }),
  'one transaction less': (content, below) => {
    const at = below(Math.max(1, content.transactions.length));
    return withTransactions(
      content,
      content.transactions.filter((_, i) => i !== at),
    );
  },
  'one transaction twice': (content, below) => {
    const { transactions } = content;
    const again = transactions[below(Math.max(1, transactions.length))];
    return withTransactions(content, again === undefined ? transactions : [...transactions, again]);
  },
  'the order turned round': (content) => withTransactions(content, content.transactions.toReversed()),
  'a flipped bit': changing((raw, below) => {
    const other = raw.slice();
    other[below(other.length)]! ^= 1 << below(8);
    return other;
  }),
  'a byte more': changing((raw) => Uint8Array.from([...raw, 0])),
  'a byte less': changing((raw) => raw.subarray(0, -1)),
  'a transaction of the settlement': adding(() => settlement(9n, '0x12345678')),
  'a transaction of another nonce': adding((line) => line.sign({ from: 5, to: NOBODY, gas: 21_000n }, 3)),
  'one of another user': adding((line) => line.sign({ from: 6, to: NOBODY, gas: 21_000n, type: 'legacy' }, 0)),
  'one of more gas than one may have': adding((line) => line.sign({ from: 6, to: NOBODY, gas: 33_554_433n }, 0)),
  'one of more gas than there is': adding((line) => line.sign({ from: 6, to: NOBODY, gas: 1n << 62n }, 0)),
  'one that is too long': adding((line) =>
    line.sign({ from: 6, to: NOBODY, gas: 30_000_000n, data: `0x${'01'.repeat(98_300)}` }, 0),
  ),
};

/** What a node makes of it: an output root, or null where the content breaks a rule. */
async function verdict(line: ProvenLine, number: number, content: BlockContent): Promise<Hash | null> {
  const parent = line.parent(number);
  const options = { chainId: line.line.genesis.chainId, rules: line.line.genesis };
  const origin = line.l1.blockAt(content.l1OriginNumber);
  const messages = line.l1.messages(parent.output.inboxPosition, content.l1OriginNumber);
  try {
    const sealed = await executeBlock(options, { engine: line.line.engine }, parent, content, { origin, messages });
    return sealed.block.outputRoot;
  } catch (error) {
    expect(error).toMatchObject({ code: expect.any(String) });
    return null;
  }
}

/** Both say the same of a block that is another than the line's. @returns whether it is valid */
async function expectSame(line: ProvenLine, number: number, name: string, below: Below): Promise<boolean> {
  const [before] = contentsOf(line, number, number);
  const content = await MUTATIONS[name]!(before!, below, line);
  const pack = packContentOf([content]);
  const input = inputOf(line, number, pack, 0);
  const run = await runBlock(line, input, { every: 150, everyOther: 25 }, { verifier, below });
  expect(run.problems, name).toEqual([]);
  const expected = await verdict(line, number, content);
  expect(run.outputRoot, `block ${number} with ${name}`).toBe(expected);
  return expected !== null;
}

describe('claims about blocks with other content', { timeout: 600_000 }, () => {
  // Blocks that take many steps are gone through with some of the contents only.
  it.each([
    ['of contracts', contractsLine, 1, 30],
    ['of the inbox, and closed', inboxLine, 3, 8],
    ['of the settlement', settledLine, 5, 8],
  ])('have the verdict of a node, in a line %s', async (_, make, part, least) => {
    const line = await make();
    const below = belowFrom(SEED);
    const counts = { valid: 0, invalid: 0 };
    for (let number = 1; number <= line.count; number++) {
      for (const name of Object.keys(MUTATIONS)) {
        // Numbers are claimed by the L1 (packages/dispute/src/block/opening.test.ts).
        if (name === 'another number' || below(part) > 0) continue;
        counts[(await expectSame(line, number, name, below)) ? 'valid' : 'invalid']++;
      }
    }
    expect(counts.invalid).toBeGreaterThan(least);
    expect(counts.valid).toBeGreaterThan(1);
  });

  it('have the verdict of a node, in any line', async () => {
    await fc.assert(
      fc.asyncProperty(anyBlocks, fc.nat(), async (blocks, seed) => {
        const line = await anyLine(blocks);
        const below = belowFrom(seed);
        const names = Object.keys(MUTATIONS);
        for (let number = 1; number <= line.count; number++) {
          await expectSame(line, number, names[below(names.length)]!, below);
        }
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
