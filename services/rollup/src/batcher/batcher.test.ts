import { challengeManagerAbi, originRegistryAbi, rollupAbi } from '@tephra/l1';
import {
  type BlockContent,
  encodeContent,
  encodeSystemTransaction,
  type Hex,
  PREDEPLOYS,
  sourceHash,
} from '@tephra/protocol';
import { waitUntil } from '@tephra/testing';
import { encodeFunctionData, parseAbi, zeroHash } from 'viem';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rebuild } from '../derivation/index.ts';
import { L1TestChain } from '../testing/l1-chain.ts';
import { Batcher, type BatcherDeps, type BatcherOptions } from './batcher.ts';
import { FrameEncoder } from './frameEncoder.ts';
import { PackTracker } from './packTracker.ts';
import { readTip } from './rollupContract.ts';

let chain: L1TestChain;
const running: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  chain = await L1TestChain.create();
});

afterEach(async () => {
  for (let part = running.pop(); part; part = running.pop()) await part.stop();
  await chain[Symbol.asyncDispose]();
});

async function startBatcher(
  options: Partial<BatcherOptions> = {},
  deps: Partial<Pick<BatcherDeps, 'sender' | 'packs' | 'encoder'>> = {},
): Promise<Batcher> {
  const batcher = new Batcher(
    {
      rollup: chain.rollup,
      depth: 0,
      intervalMs: 0,
      idleIntervalMs: 3_600_000,
      maxBlocks: 100,
      pollIntervalMs: 10,
      ...options,
    },
    {
      chain: chain.chain,
      events: chain.events,
      sender: chain.sender,
      packs: { reverts: () => [] },
      // Most tests need no thread.
      encoder: { encode: async (blocks: BlockContent[]) => encodeContent(blocks), close: async () => {} },
      logger: chain.logger,
      ...deps,
    },
  );
  running.push(batcher);
  await batcher.start();
  return batcher;
}

function tip() {
  return readTip(chain.sender.client, chain.rollup);
}

function postedUpTo(lastBlock: bigint) {
  return waitUntil(async () => (await tip()).lastBlock >= lastBlock, { what: `block ${lastBlock} on the L1` });
}

async function expectRebuilt(folder = 'copy'): Promise<void> {
  const result = await rebuild(
    { l1RpcUrl: chain.anvil.rpcUrl, rollup: chain.rollup, dataDir: chain.folder(folder) },
    { logger: chain.logger },
  );
  expect(result.head.hash).toBe(chain.chain.head().hash);
}

async function newTracker(depth = 0): Promise<PackTracker> {
  const tracker = new PackTracker(
    { rollup: chain.rollup, createdAtBlock: chain.createdAtBlock, depth, pollIntervalMs: 10 },
    { client: chain.sender.client, logger: chain.logger },
  );
  running.push(tracker);
  await tracker.start();
  return tracker;
}

/** The proposer's sender, failing as `fault` says: before a transaction is sent, or after it was mined. */
function faulty(fault: (call: number) => 'before' | 'after' | 'none'): BatcherDeps['sender'] {
  let calls = 0;
  return {
    address: chain.sender.address,
    client: chain.sender.client,
    async send(request) {
      const when = fault(calls++);
      if (when === 'before') throw new Error('killed before sending');
      const sent = await chain.sender.send(request);
      if (when === 'after') throw new Error('killed after sending');
      return sent;
    },
  };
}

describe('Batcher', () => {
  test('posts packs from which the same chain is rebuilt', async () => {
    await startBatcher({ maxBlocks: 4 }, { encoder: new FrameEncoder() });
    for (let i = 0; i < 12; i++) {
      const count = i % 4;
      const transactions: Hex[] = [];
      for (let n = 0; n < count; n++)
        transactions.push(await chain.transaction({ value: BigInt(i), data: `0x${'ab'.repeat(i)}` }));
      await chain.seal(transactions, { advance: i % 3 === 0 });
    }
    await postedUpTo(12n);
    expect((await tip()).index).toBeGreaterThan(2n);
    await expectRebuilt();
  });

  test('waits until blocks are due', async () => {
    const batcher = await startBatcher({ intervalMs: 3_600_000 });
    await chain.seal([await chain.transaction()]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await tip()).index).toBe(0n);
    expect(batcher.state()).toEqual({ posted: 0, failures: 0, lastError: null, finished: false });
  });

  test('finds what waits when it starts, and leaves empty blocks until they are due', async () => {
    await chain.seal([await chain.transaction()]);
    await startBatcher();
    await postedUpTo(1n);
    await chain.seal();
    await chain.seal();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await tip()).lastBlock).toBe(1n);
  });

  test.each([
    ['before its frame', (call: number) => (call === 0 ? 'before' : 'none')],
    ['after its frame', (call: number) => (call === 0 ? 'after' : 'none')],
    ['before the pack', (call: number) => (call === 1 ? 'before' : 'none')],
    ['after the pack', (call: number) => (call === 1 ? 'after' : 'none')],
    ['four times in a row', (call: number) => (call < 4 ? (call % 2 ? 'after' : 'before') : 'none')],
  ] as const)('interrupted %s, it posts each pack and frame once', async (_, fault) => {
    await chain.seal([await chain.transaction()]);
    const batcher = await startBatcher({}, { sender: faulty(fault) });
    await postedUpTo(1n);
    await waitUntil(() => batcher.state().failures === 0, { what: 'recovery' });
    await chain.seal([await chain.transaction()]);
    await postedUpTo(2n);
    expect((await tip()).index).toBe(2n);
    const frames = await chain.sender.client.getLogs({ address: chain.deployments.batchRegistry, fromBlock: 0n });
    expect(frames).toHaveLength(2);
    await expectRebuilt();
  });

  test('a second instance beside it repeats nothing', async () => {
    await chain.seal([await chain.transaction()]);
    await startBatcher();
    await startBatcher();
    await postedUpTo(1n);
    await chain.seal([await chain.transaction()]);
    await postedUpTo(2n);
    await expectRebuilt();
  });

  test('does not build on a pack that is not about its chain', async () => {
    await chain.seal([await chain.transaction()]);
    const first = await startBatcher();
    await postedUpTo(1n);
    await first.stop();
    // Another chain than the one on the L1: its block 1 is different.
    const real = chain.chain;
    const posts: unknown[] = [];
    const batcher = new Batcher(
      { rollup: chain.rollup, depth: 0, intervalMs: 0, idleIntervalMs: 0, maxBlocks: 9, pollIntervalMs: 10 },
      {
        chain: Object.assign(Object.create(real) as typeof real, {
          head: () => ({ ...real.head(), number: 2n }),
          sealedMode: () => real.sealedMode(),
          headerByNumber: (number: bigint) => real.headerByNumber(number),
          blockByNumber: (number: bigint) => {
            const block = real.blockByNumber(number);
            return block && { ...block, outputRoot: `0x${'99'.repeat(32)}` };
          },
        }),
        events: chain.events,
        sender: {
          address: chain.sender.address,
          client: chain.sender.client,
          send: async (request) => {
            posts.push(request);
            throw new Error('not expected');
          },
        },
        packs: { reverts: () => [] },
        encoder: { encode: async (blocks: BlockContent[]) => encodeContent(blocks), close: async () => {} },
        logger: chain.logger,
      },
    );
    running.push(batcher);
    await batcher.start();
    await waitUntil(() => batcher.state().failures > 0, { what: 'refusal' });
    expect(batcher.state().lastError).toContain('does not describe this node');
    expect(posts).toEqual([]);
  });

  test('has the L1 keep the newest origin of each pack, and posts on where that fails', async () => {
    const { client } = chain.sender;
    const game = await client.readContract({ address: chain.rollup, abi: rollupAbi, functionName: 'disputeGame' });
    const origins = await client.readContract({ address: game, abi: challengeManagerAbi, functionName: 'origins' });
    const hashOf = (number: bigint) =>
      client.readContract({ address: origins, abi: originRegistryAbi, functionName: 'hashOf', args: [number] });
    // Frame, pack, origin: the first origin is not taken.
    await startBatcher({ maxBlocks: 1 }, { sender: faulty((call) => (call === 2 ? 'before' : 'none')) });
    const first = await chain.seal([], { advance: true });
    await postedUpTo(1n);
    const second = await chain.seal([], { advance: true });
    await postedUpTo(2n);
    await waitUntil(async () => (await hashOf(second.l1Origin.number)) !== zeroHash, { what: 'the origin' });
    expect(await hashOf(second.l1Origin.number)).toBe(second.l1Origin.hash);
    expect(await hashOf(first.l1Origin.number)).toBe(zeroHash);
  });

  test('does not repeat a claim that the L1 voided', async () => {
    const tracker = await newTracker();
    await chain.seal([await chain.transaction()]);
    const first = await startBatcher();
    await postedUpTo(1n);
    await first.stop();
    await waitUntil(() => tracker.packs().length === 1, { what: 'the pack' });
    await voidPacks(1n);
    await waitUntil(() => tracker.packs().length === 0, { what: 'the pack to go' });

    const batcher = await startBatcher({}, { packs: tracker });
    await waitUntil(() => batcher.state().failures > 0, { what: 'refusal' });
    expect(batcher.state().lastError).toContain('voided');
    expect((await tip()).index).toBe(0n);
  });

  test('posts again at once what the L1 took back, though no block is due', async () => {
    const tracker = await newTracker();
    await startBatcher({}, { packs: tracker });
    const sealed = await chain.seal([await chain.transaction()]);
    await postedUpTo(1n);
    await waitUntil(() => tracker.packs().length === 1, { what: 'the pack' });
    const lost = tracker.packs()[0]!;
    const depth = Number((await chain.sender.client.getBlockNumber()) - chain.createdAtBlock);
    await chain.anvil.rpc('anvil_reorg', [depth, []]);
    expect((await tip()).lastBlock).toBe(0n);
    await chain.mine(1);
    await postedUpTo(1n);
    await waitUntil(() => tracker.packs()[0] !== undefined && tracker.packs()[0] !== lost, { what: 'the new pack' });
    expect(tracker.packs()[0]).toMatchObject({ index: 1n, outputRoot: sealed.outputRoot });
    await expectRebuilt();
  });

  test('ends with the terminal pack of a settled chain', async () => {
    const batcher = await startBatcher({ intervalMs: 3_600_000 });
    await chain.seal([await chain.transaction()]);
    await chain.sender.send({ to: chain.rollup, data: encodeFunctionData({ abi: rollupAbi, functionName: 'close' }) });
    await chain.seal([], { advance: true });
    expect(chain.chain.sealedMode()).toBe('settle');
    const finish = encodeSystemTransaction({
      sourceHash: sourceHash(chain.config.chainId, 'settlement', 0n),
      from: PREDEPLOYS.system,
      to: PREDEPLOYS.settler,
      value: 0n,
      gasLimit: 1_000_000n,
      data: encodeFunctionData({ abi: parseAbi(['function finish()']) }),
    });
    await chain.seal([finish]);
    expect(chain.chain.sealedMode()).toBe('settled');
    await waitUntil(() => batcher.state().finished, { what: 'the terminal pack' });
    expect(await tip()).toMatchObject({ lastBlock: 3n, terminal: true });
    await expectRebuilt();
  });
});

describe('PackTracker', () => {
  test('shows packs at the read depth, and takes them back with an L1 reorg', async () => {
    const tracker = await newTracker(2);
    let changes = 0;
    tracker.onChange(() => changes++);
    const before = await chain.snapshotL1();
    await chain.seal([await chain.transaction()]);
    const batcher = await startBatcher();
    await postedUpTo(1n);
    await batcher.stop();
    await tracker.refresh();
    expect(tracker.packs()).toEqual([]);
    await chain.mine(2);
    await waitUntil(() => tracker.packs().length === 1, { what: 'the pack' });
    const block = chain.chain.blockByNumber(1n)!;
    expect(tracker.packs()[0]).toMatchObject({
      index: 1n,
      firstBlock: 1n,
      lastBlock: 1n,
      outputRoot: block.outputRoot,
      terminal: false,
    });
    expect(changes).toBe(1);

    await chain.revertL1(before);
    await chain.mine(12);
    await waitUntil(() => tracker.packs().length === 0, { what: 'the reorg' });
    expect(changes).toBe(2);
  });

  test('starts without an L1 and catches up', async () => {
    const { client } = chain.sender;
    let down = true;
    const flaky = new Proxy(client, {
      get(target, key, receiver) {
        if (key === 'getBlock' && down) return () => Promise.reject(new Error('no answer'));
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
    await chain.seal([await chain.transaction()]);
    await startBatcher();
    await postedUpTo(1n);
    const tracker = new PackTracker(
      { rollup: chain.rollup, createdAtBlock: chain.createdAtBlock, depth: 0, pollIntervalMs: 5 },
      { client: flaky, logger: chain.logger },
    );
    running.push(tracker);
    await tracker.start();
    expect(tracker.packs()).toEqual([]);
    down = false;
    await waitUntil(() => tracker.packs().length === 1, { what: 'the pack' });
  });
});

/** No dispute game exists yet: the contract's seam for it is the zero address. */
async function voidPacks(fromIndex: bigint): Promise<void> {
  const { client } = chain.sender;
  const game = await client.readContract({ address: chain.rollup, abi: rollupAbi, functionName: 'disputeGame' });
  // The contract itself takes a slashed bond only where it settles a challenge: in its place one that contests nothing.
  await chain.anvil.rpc('anvil_setCode', [game, '0x67ffffffffffffffff60005260206000f3']);
  await chain.anvil.rpc('anvil_impersonateAccount', [game]);
  await chain.anvil.rpc('anvil_setBalance', [game, '0xde0b6b3a7640000']);
  const data = encodeFunctionData({ abi: rollupAbi, functionName: 'revertPacks', args: [fromIndex] });
  await chain.anvil.rpc('eth_sendTransaction', [{ from: game, to: chain.rollup, data, gas: '0x100000' }]);
}
