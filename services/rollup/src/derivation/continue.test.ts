import { createLogger, systemClock, TypedEmitter } from '@tephra/core';
import { PREDEPLOY_CODE } from '@tephra/l1';
import { encodeContent } from '@tephra/protocol';
import { waitUntil } from '@tephra/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Batcher } from '../batcher/index.ts';
import { readTip } from '../batcher/rollupContract.ts';
import { L1Watcher } from '../bridge-watch/l1-watcher.ts';
import type { ChainEvents } from '../chain.ts';
import { openChain } from '../producer/index.ts';
import { CHAIN_ID, L1TestChain } from '../testing/l1-chain.ts';
import { rebuild } from './rebuild.ts';

let chain: L1TestChain;
beforeEach(async () => {
  chain = await L1TestChain.create();
});
afterEach(() => chain[Symbol.asyncDispose]());

const BATCHING = { depth: 0, intervalMs: 0, idleIntervalMs: 3_600_000, maxBlocks: 50, pollIntervalMs: 10 };
const encoder = {
  encode: async (blocks: Parameters<typeof encodeContent>[0]) => encodeContent(blocks),
  close: async () => {},
};

test('a node on a rebuilt folder makes the next blocks, and its packs follow those on the L1', async () => {
  const batching = { ...BATCHING, rollup: chain.rollup };
  const first = new Batcher(batching, {
    chain: chain.chain,
    events: chain.events,
    sender: chain.sender,
    packs: { reverts: () => [] },
    encoder,
    logger: chain.logger,
  });
  await first.start();
  await chain.seal([await chain.transaction({ value: 1n })], { advance: true });
  await chain.seal([await chain.transaction({ value: 2n })]);
  await waitUntil(() => first.state().posted > 0 && chain.chain.head().number === 2n, { what: 'packs' });
  await waitUntil(async () => (await posted()) === 2n, { what: 'block 2 on the L1' });
  await first.stop();
  const dataDir = chain.folder('successor');
  const target = { l1RpcUrl: chain.anvil.rpcUrl, rollup: chain.rollup };
  const { record, head, knownPredeploys } = await rebuild({ ...target, dataDir }, { logger: chain.logger });
  expect(head.hash).toBe(chain.chain.head().hash);
  expect(knownPredeploys).toBe(true);

  const events = new TypedEmitter<ChainEvents>();
  const logger = createLogger({ name: 'successor', level: 'fatal' });
  const watcher = new L1Watcher(
    {
      inbox: record.inbox,
      chainId: chain.anvil.chainId,
      createdAtBlock: record.createdAtBlock,
      fromBlock: () => record.createdAtBlock,
      depth: 0,
      pollIntervalMs: 20,
    },
    { client: chain.sender.client, logger },
  );
  const opened = await openChain(
    {
      dataDir,
      genesis: record.config,
      predeployCode: PREDEPLOY_CODE,
      blockTimeMs: 100,
      producerKey: `0x${'42'.repeat(32)}`,
    },
    { l1: watcher, events, clock: systemClock, logger },
  );
  const batcher = new Batcher(batching, {
    chain: opened.chain,
    events,
    sender: chain.sender,
    packs: { reverts: () => [] },
    encoder,
    logger,
  });
  try {
    await watcher.start();
    await opened.producer.start();
    await batcher.start();
    const raw = Buffer.from((await chain.transaction({ value: 3n })).slice(2), 'hex');
    const result = await opened.producer.submit(raw);
    if (result.kind !== 'executed') throw new Error('the transaction is due at once');
    // Empty blocks may come before it on a slow machine.
    const { blockNumber } = result.transaction;
    await waitUntil(async () => (await posted()) >= blockNumber, { what: `block ${blockNumber} on the L1` });
    expect(opened.chain.headerByNumber(3n)?.parentHash).toBe(head.hash);
    expect(opened.chain.chainId).toBe(BigInt(CHAIN_ID));
  } finally {
    await batcher.stop();
    await opened.producer.stop();
    await watcher.stop();
    await opened.close();
  }
  // And the chain of two producers is one chain.
  const again = await rebuild({ ...target, dataDir: chain.folder('third') }, { logger: chain.logger });
  expect(again.head.number).toBeGreaterThanOrEqual(3n);
  // Which the other engine finds as well.
  const second = await rebuild(
    { ...target, dataDir: chain.folder('second-engine'), engine: 'ethereumjs' },
    { logger: chain.logger },
  );
  expect(second.head).toEqual(again.head);
});

test('a chain of another version’s predeploys is rebuilt from the code that the L1 recorded', async () => {
  await using older = await L1TestChain.create({ ...PREDEPLOY_CODE, faucet: '0x60006000fd' });
  const batcher = new Batcher(
    { ...BATCHING, rollup: older.rollup },
    {
      chain: older.chain,
      events: older.events,
      sender: older.sender,
      packs: { reverts: () => [] },
      encoder,
      logger: older.logger,
    },
  );
  await batcher.start();
  try {
    await older.seal([await older.transaction({ value: 1n })]);
    await waitUntil(() => batcher.state().posted > 0, { what: 'the pack' });
  } finally {
    await batcher.stop();
  }
  const result = await rebuild(
    { l1RpcUrl: older.anvil.rpcUrl, rollup: older.rollup, dataDir: older.folder('copy') },
    { logger: older.logger },
  );
  expect(result).toMatchObject({ head: { hash: older.chain.head().hash }, knownPredeploys: false });
});

async function posted(): Promise<bigint> {
  return (await readTip(chain.sender.client, chain.rollup)).lastBlock;
}
