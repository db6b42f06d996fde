import { createLogger, systemClock } from '@tephra/core';
import { createL1Client } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil, waitUntil } from '@tephra/testing';
import { keccak256, type Log } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { L1Feed, type L1FeedOptions } from './l1-feed.ts';

const logger = createLogger({ name: 'feed-test', level: 'silent' });
const sender = privateKeyToAddress(ANVIL_KEYS[0]);

let anvil: Anvil;
let contract: Address;
const feeds: L1Feed[] = [];

beforeAll(async () => {
  anvil = await startAnvil();
  // PUSH1 0 CALLDATALOAD PUSH1 0 PUSH1 0 LOG1 STOP
  contract = `0x${'c0'.repeat(20)}`;
  await anvil.rpc('anvil_setCode', [contract, '0x60003560006000a100']);
});
afterAll(() => anvil.stop());
afterEach(async () => {
  for (const feed of feeds.splice(0)) await feed.stop();
});

const topic = (text: string): Hex => keccak256(Buffer.from(text));
const emit = (text: string) => ({ from: sender, to: contract, data: topic(text), gas: '0x186a0' });
/** Resolves when it is mined, which anvil does a moment after it has answered. */
const log = async (text: string) => {
  const hash = await anvil.rpc('eth_sendTransaction', [emit(text)]);
  await waitUntil(() => anvil.rpc('eth_getTransactionReceipt', [hash]), { what: 'the transaction', intervalMs: 5 });
};
const mine = (blocks: number) => anvil.rpc('anvil_mine', [`0x${blocks.toString(16)}`]);
const height = async () => BigInt((await anvil.rpc('eth_blockNumber')) as string);

function feed(
  options: Partial<L1FeedOptions> = {},
  rpcUrl = anvil.rpcUrl,
  client = createL1Client({ rpcUrl, retryCount: 0 }),
): L1Feed {
  const made = new L1Feed(
    { chainId: 900, depth: 0, pollIntervalMs: 10, ...options },
    { client, logger, clock: systemClock },
  );
  feeds.push(made);
  return made;
}

function follow(from: L1Feed, fromBlock: bigint, ...texts: string[]) {
  const seen: string[] = [];
  const reorgs: bigint[] = [];
  const positions: bigint[] = [];
  const nameOf = ({ topics }: Log) => texts.find((text) => topic(text) === topics[0]) ?? 'foreign';
  const end = from.follow({
    address: contract,
    topics: texts.map(topic),
    fromBlock,
    onLogs: (logs, upTo) => {
      seen.push(...logs.map(nameOf));
      positions.push(upTo);
    },
    onReorg: (block) => reorgs.push(block),
  });
  return { seen, reorgs, positions, end };
}

describe('L1Feed', () => {
  it('gives logs of the past and of new blocks, once, in order, and only those asked for', async () => {
    const from = (await height()) + 1n;
    await log('one');
    await log('other');
    await mine(300);
    const own = feed();
    const { seen, end } = follow(own, from, 'one', 'two', 'three');
    const second = follow(own, from, 'other');
    await own.start();
    expect(await own.firstHead).toBe(await height());
    await log('two');
    await log('three');
    await waitUntil(() => seen.length === 3, { what: 'three logs' });
    expect(seen).toEqual(['one', 'two', 'three']);
    expect(second.seen).toEqual(['other']);
    end();
    await log('one');
    await waitUntil(async () => own.head === (await height()), { what: 'the newest block' });
    expect(seen).toHaveLength(3);
  });

  it('reads for whoever comes later, on an L1 that makes no new blocks', async () => {
    const from = (await height()) + 1n;
    await log('late');
    const own = feed();
    await own.start();
    await own.firstHead;
    const { seen } = follow(own, from, 'late');
    await waitUntil(() => seen.length === 1, { what: 'the log' });
  });

  it('waits for the depth', async () => {
    const own = feed({ depth: 2 });
    await own.start();
    const at = (await height()) + 1n;
    const { seen } = follow(own, at, 'deep');
    await log('deep');
    await mine(1);
    await waitUntil(() => own.head === at + 1n, { what: 'the head' });
    expect(seen).toEqual([]);
    await mine(1);
    await waitUntil(() => seen.length === 1, { what: 'the log at its depth' });
  });

  it('tells of a reorganisation, and what took its place', async () => {
    const own = feed();
    await own.start();
    const before = await height();
    const { seen, reorgs } = follow(own, before, 'gone', 'instead', 'kept');
    await log('kept');
    await log('gone');
    await mine(2);
    await waitUntil(async () => seen.length === 2 && own.head === (await height()), { what: 'both logs' });
    await anvil.rpc('anvil_reorg', [3, [[emit('instead'), 1]]]);
    await mine(1);
    await waitUntil(() => seen.includes('instead'), { what: 'the other log' });
    expect(seen).toEqual(['kept', 'gone', 'instead']);
    expect(reorgs).toEqual([before + 1n]);
  });

  it('reads again when the L1 changes between the check of what was read and the next logs', async () => {
    const plain = createL1Client({ rpcUrl: anvil.rpcUrl, retryCount: 0 });
    let afterCheck: (() => Promise<unknown>) | undefined;
    const getBlock = (async (request: Parameters<typeof plain.getBlock>[0]) => {
      const block = await plain.getBlock(request);
      const act = request?.blockNumber === undefined ? undefined : afterCheck;
      if (act) afterCheck = undefined;
      await act?.();
      return block;
    }) as typeof plain.getBlock;
    const own = feed({}, anvil.rpcUrl, { ...plain, getBlock });
    await own.start();
    const { seen } = follow(own, (await height()) + 1n, 'old', 'instead');
    await log('old');
    await waitUntil(() => seen.includes('old'), { what: 'the log' });
    afterCheck = () => anvil.rpc('anvil_reorg', [2, [[emit('instead'), 0]]]);
    await mine(1);
    await waitUntil(() => seen.includes('instead'), { what: 'the other log' });
    expect(afterCheck).toBeUndefined();
    expect(seen).toEqual(['old', 'instead']);
  });

  it('says which chain it wanted, and that there is no answer', async () => {
    const wrong = feed({ chainId: 901 });
    await wrong.start();
    await waitUntil(() => wrong.problem?.includes('serves chain 900, not 901'), { what: 'the refusal' });
    expect(wrong.head).toBeUndefined();
    const deaf = feed({}, 'http://127.0.0.1:9');
    await deaf.start();
    await waitUntil(() => deaf.problem?.includes('HTTP request failed'), { what: 'the failure' });
  });
});
