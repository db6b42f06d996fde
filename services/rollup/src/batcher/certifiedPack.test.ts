import type { L1Client } from '@tephra/l1';
import { type Pack, packHash } from '@tephra/protocol';
import { FakeClock } from '@tephra/testing';
import { keccak256, toHex } from 'viem';
import { beforeEach, expect, test } from 'vitest';
import { untilCertified } from './certifiedPack.ts';

const hashOf = (text: string) => keccak256(toHex(text));
const PACK: Pack = {
  index: 2n,
  firstBlock: 5n,
  lastBlock: 8n,
  parentOutputRoot: hashOf('parent'),
  contentRoot: hashOf('content'),
  output: {
    stateRoot: hashOf('state'),
    blockHash: hashOf('block'),
    outboxRoot: hashOf('outbox'),
    inboxPosition: 0n,
    inboxAccumulator: hashOf('inbox'),
    l1OriginNumber: 7n,
    l1OriginHash: hashOf('origin'),
    historyRoot: hashOf('history'),
  },
  outputRoots: [hashOf('output')],
  frames: [hashOf('frame')],
  terminal: false,
};

/** Packs on an L1 by the block that brought them; seconds. */
class FakeL1 {
  head = 100n;
  time = 1_000n;
  packs: { hash: string; l1Block: bigint; at: bigint }[] = [{ hash: hashOf('pack 1'), l1Block: 90n, at: 990n }];

  readonly client = {
    getBlock: async () => ({ number: this.head, timestamp: this.time }),
    getBlockNumber: async () => this.head,
    readContract: async (call: { functionName: string; args: [bigint]; blockNumber?: bigint }) => {
      const { functionName, args, blockNumber } = call;
      const packs = this.packs.filter(({ l1Block }) => blockNumber === undefined || l1Block <= blockNumber);
      if (functionName === 'packCount') return BigInt(packs.length);
      if (functionName === 'maxPackDelay') return 600n;
      if (functionName === 'revertEpoch') return 0n;
      const pack = this.packs[Number(args[0]) - 1]!;
      return {
        packHash: pack.hash,
        submittedAt: pack.at,
        lastBlock: 4n,
        outputRoot: hashOf('parent'),
        terminal: false,
      };
    },
  } as unknown as L1Client;

  post(hash: string): void {
    this.head += 1n;
    this.packs.push({ hash, l1Block: this.head, at: this.time });
  }
}

let l1: FakeL1;
let clock: FakeClock;
let outcome: string | undefined;
let stop: AbortController;

function wait(depth = 1): Promise<unknown> {
  const options = { rollup: `0x${'0a'.repeat(20)}`, depth, pollIntervalMs: 100, lifeMs: 60_000 } as const;
  return untilCertified(PACK, options, { client: l1.client, clock, signal: stop.signal }).then((found) => {
    outcome = found;
  });
}

beforeEach(() => {
  l1 = new FakeL1();
  clock = new FakeClock();
  stop = new AbortController();
  outcome = undefined;
});

test('a pack is posted when it lies deep enough, however long that takes', async () => {
  const waiting = wait();
  await clock.advance(500);
  l1.post(packHash(PACK));
  // On the L1 and not deep enough: it is neither cut anew nor posted on a bond.
  l1.time += 10_000n;
  await clock.advance(120_000);
  expect(outcome).toBeUndefined();
  l1.head += 1n;
  await clock.advance(200);
  await waiting;
  expect(outcome).toBe('posted');
});

test('another pack in its place is seen', async () => {
  const waiting = wait(0);
  l1.post(hashOf('another'));
  await clock.advance(200);
  await waiting;
  expect(outcome).toBe('overtaken');
});

test('what nobody certifies is cut anew after its life', async () => {
  const waiting = wait();
  await clock.advance(59_000);
  expect(outcome).toBeUndefined();
  await clock.advance(2_000);
  await waiting;
  expect(outcome).toBe('expired');
});

test('a bond may stand for it once the contract takes that', async () => {
  const waiting = wait();
  l1.time = 1_590n;
  await clock.advance(1_000);
  expect(outcome).toBeUndefined();
  l1.time = 1_591n;
  await clock.advance(200);
  await waiting;
  expect(outcome).toBe('fallback');
});

test('it ends with the batcher', async () => {
  const waiting = wait();
  const ended = expect(waiting).rejects.toThrow('stopped');
  await clock.advance(200);
  stop.abort(new Error('stopped'));
  await ended;
});
