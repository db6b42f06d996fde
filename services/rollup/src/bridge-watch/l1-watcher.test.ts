import { createLogger, systemClock } from '@tephra/core';
import {
  bridgeAbi,
  createL1Client,
  deployPlatform,
  inboxAbi,
  type L1Client,
  rollupAbi,
  rollupFactoryAbi,
  TransactionSender,
} from '@tephra/l1';
import type { Address, InboxMessage } from '@tephra/protocol';
import { ANVIL_KEYS, type Anvil, startAnvil, waitUntil } from '@tephra/testing';
import { encodeFunctionData, parseEther, parseEventLogs, zeroAddress, zeroHash } from 'viem';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headerHashOf } from './headerHash.ts';
import { L1Watcher } from './l1-watcher.ts';
import { checkMessages } from './readInbox.ts';

const logger = createLogger({ name: 'watcher-test', level: 'silent' });

let anvil: Anvil;
let client: L1Client;
let sender: TransactionSender;
let inbox: Address;
let bridge: Address;
let createdAtBlock: bigint;
const watchers: L1Watcher[] = [];

beforeAll(async () => {
  anvil = await startAnvil();
  client = createL1Client({ rpcUrl: anvil.rpcUrl, chainId: 900 });
  const options = { rpcUrl: anvil.rpcUrl, privateKey: ANVIL_KEYS[0], chainId: 900, pollIntervalMs: 20 };
  sender = await TransactionSender.create(options, { logger });
  const { factory } = await deployPlatform({ ...options, l1ChainId: 900 }, { logger, sender });
  const { receipt } = await sender.send({
    to: factory,
    value: parseEther('1'),
    data: encodeFunctionData({
      abi: rollupFactoryAbi,
      functionName: 'createRollup',
      args: [
        {
          chainId: 10_000_001n,
          owner: sender.address,
          proposer: sender.address,
          challengePeriod: 10n,
          maxPackDelay: 600n,
          inboxDelay: 600n,
          expiresAt: 0n,
          currencyMode: 0,
          currencyToken: zeroAddress,
          name: 'Watched',
          symbol: 'WAT',
          decimals: 18,
          bond: parseEther('1'),
          settlementEscrow: 0n,
          proposerFunds: 0n,
          lockedFunds: 0n,
          genesisOutputRoot: `0x${'11'.repeat(32)}`,
          rulesHash: `0x${'22'.repeat(32)}`,
          stvfHash: `0x${'33'.repeat(32)}`,
          attestation: zeroAddress,
          validityKey: zeroHash,
          genesisConfig: '0x',
        },
      ],
    }),
  });
  const [created] = parseEventLogs({ abi: rollupFactoryAbi, eventName: 'RollupCreated', logs: receipt.logs });
  ({ inbox, bridge } = created!.args);
  createdAtBlock = receipt.blockNumber;
});

afterAll(() => anvil.stop());
afterEach(async () => {
  for (const watcher of watchers.splice(0)) await watcher.stop();
});

async function watch(
  options: Partial<ConstructorParameters<typeof L1Watcher>[0]> = {},
  through?: L1Client,
): Promise<L1Watcher> {
  const watcher = new L1Watcher(
    { inbox, chainId: 900, createdAtBlock, depth: 1, pollIntervalMs: 20, ...options },
    { client: through ?? client, logger, clock: systemClock },
  );
  watchers.push(watcher);
  await watcher.start();
  return watcher;
}

async function deposit(wei: bigint): Promise<{ index: bigint; blockNumber: bigint }> {
  const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'depositEth', args: [sender.address] });
  const { receipt } = await sender.send({ to: bridge, data, value: wei });
  const [log] = parseEventLogs({ abi: inboxAbi, eventName: 'MessageDelivered', logs: receipt.logs });
  return { index: log!.args.index, blockNumber: receipt.blockNumber };
}

const reaches = (watcher: L1Watcher, blockNumber: bigint) =>
  waitUntil(() => watcher.origin().number >= blockNumber, { what: `L1 block ${blockNumber}` });

describe('L1Watcher', () => {
  it('shows a message when its block has the read depth, and not before', async () => {
    const watcher = await watch({ depth: 2 });
    const { index, blockNumber } = await deposit(1n);
    await anvil.rpc('evm_mine');
    await reaches(watcher, blockNumber - 1n);
    expect(watcher.messages(index, blockNumber)).toEqual([]);
    await anvil.rpc('evm_mine');
    await reaches(watcher, blockNumber);
    expect(watcher.messages(index, blockNumber)).toMatchObject([{ index, kind: 'depositEth', l1Block: blockNumber }]);
    expect(watcher.messages(index, blockNumber - 1n)).toEqual([]);
    const block = await client.getBlock({ blockNumber: watcher.origin().number });
    expect(watcher.origin()).toEqual({ number: block.number, hash: block.hash, timestamp: block.timestamp });
  });

  it('finds everything again after a restart, from any position', async () => {
    const first = await deposit(2n);
    const second = await deposit(3n);
    await anvil.rpc('anvil_mine', ['0x5']);
    const watcher = await watch();
    const found = watcher.messages(0n, watcher.origin().number);
    expect(found.map((message) => message.index)).toEqual(found.map((_, position) => BigInt(position)));
    expect(watcher.messages(second.index, watcher.origin().number)).toHaveLength(1);
    const later = await watch({ fromBlock: () => second.blockNumber });
    expect(later.messages(second.index, later.origin().number)).toHaveLength(1);
    expect(() => later.messages(first.index, later.origin().number)).toThrow(/lies before/);
  });

  it('continues the hash chain when its scan began after the last message', async () => {
    await anvil.rpc('anvil_mine', ['0x3']);
    const newest = await client.getBlockNumber();
    const watcher = await watch({ fromBlock: () => newest });
    const { index, blockNumber } = await deposit(4n);
    await anvil.rpc('evm_mine');
    await reaches(watcher, blockNumber);
    expect(watcher.messages(index, blockNumber)).toHaveLength(1);
  });

  it('drops what an L1 reorganisation took away and reads what took its place', async () => {
    const watcher = await watch();
    const kept = await deposit(5n);
    await anvil.rpc('evm_mine');
    const lost = await deposit(6n);
    await anvil.rpc('anvil_mine', ['0x2']);
    await reaches(watcher, lost.blockNumber);
    expect(watcher.messages(lost.index, watcher.origin().number)).toHaveLength(1);

    const reorged = watcher.events.next('reorged');
    const depth = Number((await client.getBlockNumber()) - lost.blockNumber) + 1;
    const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'depositEth', args: [bridge] });
    const replacement = { from: sender.address, to: bridge, data, value: '0x7' };
    await anvil.rpc('anvil_reorg', [depth, [[replacement, 0]]]);
    await anvil.rpc('anvil_mine', ['0x2']);
    const [{ commonNumber }] = await reorged;
    expect(commonNumber).toBe(lost.blockNumber - 1n);
    await reaches(watcher, lost.blockNumber + 1n);
    const [now] = watcher.messages(lost.index, watcher.origin().number);
    expect(now).toMatchObject({ index: lost.index });
    expect(now?.data.endsWith('7')).toBe(true);
    expect(watcher.messages(kept.index, kept.blockNumber)).toHaveLength(1);
  });

  it('starts without an L1 that answers, and says that it has read nothing', async () => {
    const deaf = createL1Client({ rpcUrl: 'http://127.0.0.1:9', chainId: 900, timeoutMs: 100 });
    const watcher = new L1Watcher(
      { inbox, chainId: 900, createdAtBlock, depth: 1, pollIntervalMs: 20, startTimeoutMs: 50 },
      { client: deaf, logger, clock: systemClock },
    );
    watchers.push(watcher);
    await watcher.start();
    expect(watcher.ready).toBe(false);
    expect(() => watcher.origin()).toThrow(/no L1 block/);
  });

  describe('with an endpoint that', () => {
    type Block = Awaited<ReturnType<L1Client['getBlock']>>;
    /** The L1 through an endpoint whose answers the test may change. */
    const endpoint = () => {
      const faults: {
        chainId?: number;
        fail?: boolean;
        /** Newest block that it knows. */
        behind?: bigint;
        block?: (block: Block) => Block;
      } = {};
      const assertWell = () => {
        if (faults.fail) throw new Error('502 bad gateway');
      };
      const overrides: Partial<L1Client> = {
        getChainId: async () => faults.chainId ?? client.getChainId(),
        getBlockNumber: async () => {
          assertWell();
          return faults.behind ?? client.getBlockNumber();
        },
        getBlock: (async (request: Parameters<L1Client['getBlock']>[0]) => {
          assertWell();
          const atHead = request?.blockTag === 'latest' && faults.behind !== undefined;
          const block = await client.getBlock(atHead ? { blockNumber: faults.behind! } : request);
          return faults.block ? faults.block(block as Block) : block;
        }) as L1Client['getBlock'],
      };
      return { faults, through: { ...client, ...overrides } as L1Client };
    };
    const fakeHash = `0x${'fa'.repeat(32)}` as const;

    it('serves another chain: reads nothing and says so, until it serves the right one', async () => {
      const { faults, through } = endpoint();
      faults.chainId = 1;
      const watcher = await watch({ startTimeoutMs: 100 }, through);
      await waitUntil(() => watcher.problem !== undefined, { what: 'the refusal' });
      expect(watcher.problem).toMatchObject({
        code: 'WRONG_CHAIN',
        message: 'the L1 endpoint serves chain 1, not 900',
        details: { expected: 900, found: 1 },
      });
      expect(watcher.ready).toBe(false);
      delete faults.chainId;
      await waitUntil(() => watcher.ready && watcher.problem === undefined, { what: 'the right chain' });
    });

    it('makes up block hashes: takes no such block for an origin', async () => {
      const { faults, through } = endpoint();
      const watcher = await watch({}, through);
      const before = watcher.origin();
      faults.block = (block) => ({ ...block, hash: fakeHash }) as Block;
      await anvil.rpc('anvil_mine', ['0x3']);
      await waitUntil(() => watcher.problem !== undefined, { what: 'the refusal' });
      expect(watcher.problem).toMatchObject({ code: 'BLOCKS_INCONSISTENT', retryable: true });
      expect(watcher.origin()).toEqual(before);
      delete faults.block;
      await reaches(watcher, (await client.getBlockNumber()) - 1n);
      expect(watcher.problem).toBeUndefined();
    });

    it('gives blocks of another branch: takes none that is not a child of what was read', async () => {
      const { faults, through } = endpoint();
      const watcher = await watch({}, through);
      const before = watcher.origin();
      // Such a header hashes well, but its parent is not ours.
      faults.block = (block) => {
        if (block.number! <= before.number) return block;
        const other = { ...block, parentHash: fakeHash };
        return { ...other, hash: headerHashOf(other as never) } as Block;
      };
      await anvil.rpc('anvil_mine', ['0x2']);
      await waitUntil(() => watcher.problem !== undefined, { what: 'the refusal' });
      expect(watcher.problem?.code).toBe('BLOCKS_INCONSISTENT');
      expect(watcher.origin()).toEqual(before);
    });

    it('fails for a while: keeps what was read and goes on', async () => {
      const { faults, through } = endpoint();
      const watcher = await watch({}, through);
      const before = watcher.origin();
      faults.fail = true;
      const { index, blockNumber } = await deposit(8n);
      await anvil.rpc('anvil_mine', ['0x2']);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(watcher.origin()).toEqual(before);
      faults.fail = false;
      await reaches(watcher, blockNumber);
      expect(watcher.messages(index, watcher.origin().number)).toHaveLength(1);
    });

    it('falls behind: takes back nothing that was read', async () => {
      const { faults, through } = endpoint();
      const watcher = await watch({}, through);
      await anvil.rpc('anvil_mine', ['0x4']);
      const newest = await client.getBlockNumber();
      await reaches(watcher, newest - 1n);
      const reorgs: unknown[] = [];
      watcher.events.on('reorged', (change) => reorgs.push(change));
      const heads: bigint[] = [];
      watcher.events.on('head', ({ number }) => heads.push(number));
      faults.behind = newest - 3n;
      await waitUntil(() => heads.includes(newest - 3n), { what: 'the stale answer' });
      expect(watcher.origin().number).toBe(newest - 1n);
      delete faults.behind;
      await waitUntil(() => heads.at(-1) === newest, { what: 'the newest answer' });
      expect(reorgs).toEqual([]);
    });
  });

  it('carries the CLOSE message of the owner', async () => {
    const watcher = await watch();
    const { receipt } = await sender.send({
      to: await client.readContract({ address: inbox, abi: inboxAbi, functionName: 'rollup' }),
      data: encodeFunctionData({ abi: rollupAbi, functionName: 'close' }),
    });
    await anvil.rpc('evm_mine');
    await reaches(watcher, receipt.blockNumber);
    expect(watcher.messages(0n, watcher.origin().number).at(-1)).toMatchObject({ kind: 'close' });
  });
});

describe('checkMessages', () => {
  const zero = `0x${'00'.repeat(32)}` as const;
  const message: InboxMessage = {
    index: 0n,
    kind: 'close',
    sender: `0x${'01'.repeat(20)}`,
    l1Block: 1n,
    l1Timestamp: 2n,
    data: '0x',
    accumulator: `0x${'22'.repeat(32)}`,
  };

  it('refuses gaps, a wrong hash chain and logs that end too early', () => {
    const at = { position: 0n, accumulator: zero };
    expect(() => checkMessages([{ ...message, index: 1n }], at, { count: 2n, accumulator: zero })).toThrow(
      /0 is missing/,
    );
    expect(() => checkMessages([message], at, { count: 1n, accumulator: message.accumulator })).toThrow(/hash/);
    expect(() => checkMessages([], at, { count: 1n, accumulator: message.accumulator })).toThrow(/0 to 0 are missing/);
  });
});
