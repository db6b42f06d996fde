import { FakeClock, type TempDir, tempDir } from '@tephra/testing';
import type { Hex } from 'viem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { L1View } from '../chain.ts';
import { openTestChain, ScriptedL1, signTransfer, TEST_USERS, type TestChain, testGenesis } from './testing.ts';

const [alice] = TEST_USERS as [(typeof TEST_USERS)[0]];
const RECIPIENT: Hex = `0x${'99'.repeat(20)}`;

describe('a producer in trouble', () => {
  let dir: TempDir;
  let l1: ScriptedL1;
  let clock: FakeClock;
  const nodes: TestChain[] = [];
  const open = async (deps: { l1?: L1View; space?: { isLow: boolean } } = {}) => {
    const node = await openTestChain(dir.path, { l1, clock, genesis: testGenesis(new ScriptedL1(3)), ...deps });
    nodes.push(node);
    await node.producer.start();
    return node;
  };
  const transfer = async (nonce: number) => signTransfer(alice, { nonce, to: RECIPIENT, value: 1n });
  /** Submits while time passes: the loop may be waiting for the L1 for a little while. */
  const submit = async (node: TestChain, raw: Uint8Array) => {
    let done = false;
    const submitted = node.producer.submit(raw).finally(() => {
      done = true;
    });
    submitted.catch(() => {});
    while (!done) await clock.advance(10);
    return submitted;
  };
  /** Lets block times pass until the chain has `count` more blocks. */
  const blocks = async (node: TestChain, count: bigint) => {
    const end = node.chain.head().number + count;
    while (node.chain.head().number < end) await clock.advance(50);
  };

  /** Lets time pass until no block is open. */
  const untilClosed = async (node: TestChain) => {
    while (node.chain.open() !== null) await clock.advance(50);
  };

  beforeEach(async () => {
    dir = await tempDir();
    l1 = new ScriptedL1(3);
    clock = new FakeClock(Number(l1.origin().timestamp) * 1_000);
  });
  afterEach(async () => {
    for (const node of nodes.splice(0)) {
      // The loop may be waiting for the L1 for a little while.
      const stopped = node.producer.stop();
      await clock.advance(1_000);
      await stopped;
      await node.close();
    }
    await dir.remove();
  });

  it('makes blocks on its beat while the wall clock jumps, and time never goes back', async () => {
    const node = await open();
    const times: bigint[] = [];
    node.events.on('sealed', ({ header }) => void times.push(header.timestamp));
    await blocks(node, 3n);
    const start = clock.now();
    for (const jump of [3_600_000, -7_200_000, 86_400_000, -86_400_000]) {
      clock.set(start + jump);
      await blocks(node, 2n);
      const { kind } = await node.producer.submit(
        await transfer(Number(await node.producer.pendingNonce(alice.address))),
      );
      expect(kind).toBe('executed');
    }
    expect(times).toEqual(times.toSorted((a, b) => Number(a - b)));
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(86_400n);
  });

  it('refuses transactions while the disk is almost full, and goes on with all it had when there is room', async () => {
    const space = { isLow: false };
    const node = await open({ space });
    await submit(node, await transfer(0));
    const later = await submit(node, await transfer(5));
    space.isLow = true;
    await expect(submit(node, await transfer(1))).rejects.toMatchObject({
      code: 'DISK_FULL',
      retryable: true,
      message: expect.stringContaining('disk is full'),
    });
    // The open block ends, if one is open, and none follows.
    await untilClosed(node);
    const head = node.chain.head();
    expect(node.chain.transactionByHash(later.hash)).toBeUndefined();
    await clock.advance(2_000);
    expect(node.chain.head()).toEqual(head);
    space.isLow = false;
    await blocks(node, 1n);
    expect((await submit(node, await transfer(1))).kind).toBe('executed');
    expect([...node.producer.queued()].map(({ hash }) => hash)).toEqual([later.hash]);
  });

  it('does not wait for an L1 that takes its time, and takes no origin meanwhile', async () => {
    let release: () => void = () => {};
    let slow = false;
    const delayed: L1View = {
      origin: () => l1.origin(),
      messages: (position, origin) => l1.messages(position, origin),
      originAt: async (number) => {
        if (slow) await new Promise<void>((resolve) => (release = resolve));
        return l1.originAt(number);
      },
    };
    const node = await open({ l1: delayed });
    await blocks(node, 2n);
    const before = node.chain.blockByNumber(node.chain.head().number)!.l1Origin;
    slow = true;
    const [to, amount] = [RECIPIENT, '0x5'].map((word) => word.slice(2).padStart(64, '0'));
    l1.deliver({ kind: 'depositEth', data: `0x${to}${amount}` });
    await blocks(node, 5n);
    expect(node.chain.blockByNumber(node.chain.head().number)!.l1Origin).toEqual(before);
    expect((await submit(node, await transfer(0))).kind).toBe('executed');
    slow = false;
    release();
    await blocks(node, 3n);
    expect(node.chain.blockByNumber(node.chain.head().number)!.l1Origin).toEqual(l1.origin());
    expect(node.chain.blockByNumber(node.chain.head().number)!.output.inboxPosition).toBe(1n);
  });

  it.each([
    ['answers with errors', () => Promise.reject(new Error('503'))],
    ['never answers', () => new Promise<never>(() => {})],
  ])('goes on where it stands when the L1 %s', async (_, originAt) => {
    const broken: L1View = { origin: () => l1.origin(), messages: () => [], originAt };
    const node = await open({ l1: broken });
    await blocks(node, 2n);
    l1.mine(40);
    await blocks(node, 4n);
    expect((await submit(node, await transfer(0))).kind).toBe('executed');
    expect(node.chain.blockByNumber(node.chain.head().number)!.l1Origin).toEqual(node.genesis.l1Origin);
  });
});
