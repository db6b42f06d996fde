import { validatePov } from '@tephra/engine/stvf';
import { decodePov, encodePov, outputRoot } from '@tephra/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TEST_USERS } from '../producer/testing.ts';
import {
  anyBlocks,
  anyLine,
  cancunLine,
  contractsLine,
  FEES,
  forcedLine,
  inboxLine,
  pragueLine,
  settledLine,
  tinyLine,
} from './scenarios.ts';
import { ProvenLine, povDeps } from './testing.ts';

/** The proof validates and says of each block what the chain says. */
function expectProven(proven: ProvenLine, first: number, last: number): Uint8Array {
  const { bytes } = proven.prove(first, last);
  const { parent, blocks } = validatePov(bytes, {}, povDeps);
  const stored = proven.blocks(first, last);
  expect(parent.outputRoot).toBe(outputRoot(proven.parent(first).output));
  expect(blocks.map(({ outputRoot }) => outputRoot)).toEqual(stored.map(({ outputRoot }) => outputRoot));
  for (const [i, { header, output, l1Origin, transactions }] of stored.entries()) {
    expect(blocks[i]).toEqual({
      number: header.number,
      timestamp: header.timestamp,
      gasUsed: header.gasUsed,
      transactionCount: BigInt(transactions.length),
      l1OriginNumber: l1Origin.number,
      l1OriginTimestamp: l1Origin.timestamp,
      inboxPosition: output.inboxPosition,
      gasLimit: header.gasLimit,
      stateRoot: header.stateRoot,
      transactionsRoot: header.transactionsRoot,
      receiptsRoot: header.receiptsRoot,
      blockHash: header.hash,
      outboxRoot: output.outboxRoot,
      inboxAccumulator: output.inboxAccumulator,
      l1OriginHash: l1Origin.hash,
      historyRoot: output.historyRoot,
      outputRoot: stored[i]!.outputRoot,
    });
  }
  return bytes;
}

describe('proofs of validity', () => {
  it('cover a block without transactions', async () => {
    const proven = await ProvenLine.create();
    await proven.block([]);
    expectProven(proven, 1, 1);
  });

  it('cover deployments, storage, logs, history, precompiled contracts and self-destruction', async () => {
    const proven = await contractsLine();
    const [block] = proven.blocks(2, 2);
    expect(block!.receipts.map(({ status, logs }) => [status, logs.length])).toEqual([
      ['success', 1],
      ['success', 1],
      ['success', 0],
      ['success', 0],
      ['reverted', 0],
    ]);
    expectProven(proven, 1, 4);
    expectProven(proven, 3, 3);
  });

  it('cover accounts that stand for others, and the contracts of Prague', async () => {
    const proven = await pragueLine();
    const bob = TEST_USERS[1]!.address;
    const { receipts } = proven.blocks(2, 2)[0]!;
    expect(receipts).toHaveLength(4 + 7);
    expect(receipts[0]).toMatchObject({ type: 4, status: 'success', logs: [{ address: bob.toLowerCase() }] });
    expect(receipts[3]!.gasUsed).toBe(101_000n);
    expect(await proven.line.engine.getCode(bob, 'open')).toBe('0x');
    const bytes = expectProven(proven, 1, 3);
    // By which rules is part of what is proven.
    expect(bytes[0]).toBe(2);
    const pov = decodePov(bytes);
    expect(pov.rules.hardfork).toBe('prague');
    const byOthers = encodePov({ ...pov, rules: { ...pov.rules, hardfork: 'cancun' } });
    expect(() => validatePov(byOthers, {}, povDeps)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });

  it('cover chains by the rules of Cancun in the form they had', async () => {
    const proven = await cancunLine();
    const { receipts } = proven.blocks(2, 2)[0]!;
    expect(receipts.map(({ gasUsed }) => gasUsed)).toEqual([expect.any(BigInt), 53_000n]);
    expect(expectProven(proven, 1, 2)[0]).toBe(1);
  });

  it('cover every kind of inbox message', async () => {
    const proven = await inboxLine();
    expect(proven.blocks(1, 1)[0]!.transactions).toHaveLength(2 + 6);
    expectProven(proven, 1, 3);
  });

  it('cover what was forced in: executed, or skipped for the same reason', async () => {
    expectProven(await forcedLine(), 1, 1);
  });

  it('cover the end of life: the settlement, and addenda after it', async () => {
    const proven = await settledLine();
    const blocks = proven.blocks(1, 5);
    expect(blocks.map(({ transactions }) => transactions.length)).toEqual([1, 2, 2, 1, 3]);
    expect(blocks[2]!.receipts.map(({ status }) => status)).toEqual(['success', 'reverted']);
    expect(blocks[2]!.output.outboxRoot).not.toBe(blocks[1]!.output.outboxRoot);
    expectProven(proven, 1, 5);
    expectProven(proven, 5, 5);
  });

  it('cover transactions that are shorter than a hash', async () => {
    expectProven(await tinyLine(), 1, 3);
  });

  it('cover any chain of blocks', async () => {
    await fc.assert(
      fc.asyncProperty(anyBlocks, fc.nat(), async (blocks, start) => {
        const proven = await anyLine(blocks);
        const first = 1 + (start % proven.count);
        expectProven(proven, first, Math.min(proven.count, first + 5));
      }),
      { numRuns: 15, seed: 11 },
    );
  });

  it('have one form: decoding and encoding gives the same bytes', async () => {
    const proven = await ProvenLine.withContracts(FEES);
    proven.l1.deliver({ kind: 'close', data: '0x' });
    await proven.block([]);
    const { bytes } = proven.prove(1, 2);
    expect(encodePov(decodePov(bytes))).toEqual(bytes);
  });
});
