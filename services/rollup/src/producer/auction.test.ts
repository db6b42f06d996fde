import { FakeClock, type TempDir, tempDir } from '@tephra/testing';
import type { Hex } from 'viem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DroppedTransaction } from '../chain.ts';
import { openTestChain, ScriptedL1, signTransfer, TEST_USERS, type TestChain, testGenesis } from './testing.ts';

const RECIPIENT: Hex = `0x${'99'.repeat(20)}`;
const GWEI = 1_000_000_000n;

/** The real loop; sub-slots end when the test says so. */
describe('a producer that auctions places', () => {
  let dir: TempDir;
  let l1: ScriptedL1;
  let genesisOrigin: ReturnType<ScriptedL1['origin']>;
  let node: TestChain | undefined;
  let clock: FakeClock;
  const open = async (options: { blockTimeMs?: number; blockGasLimit?: bigint; lifetimeMs?: number } = {}) => {
    node = await openTestChain(dir.path, {
      l1,
      clock,
      genesis: testGenesis({ ...l1, origin: () => genesisOrigin } as ScriptedL1, {
        gasless: false,
        minBaseFee: 1n,
        ...(options.blockGasLimit ? { blockGasLimit: options.blockGasLimit } : {}),
      }),
      blockTimeMs: options.blockTimeMs ?? 100,
      mempool: { ordering: 'pga', ...(options.lifetimeMs ? { lifetimeMs: options.lifetimeMs } : {}) },
    });
    await node.producer.start();
    return node;
  };
  const close = async () => {
    const closing = node;
    node = undefined;
    await closing?.producer.stop();
    await closing?.close();
  };
  const bid = (user: number, nonce: number, tip: bigint, gas = 21_000n) =>
    signTransfer(TEST_USERS[user]!, { nonce, to: RECIPIENT, value: 1n, gas, gasPrice: 10n * GWEI, tip });
  /** Lets sub-slots end until `count` more are executed; their hashes in order. */
  const executed = async (chain: TestChain, count: number): Promise<Hex[]> => {
    const hashes: Hex[] = [];
    const cancel = chain.events.on('executed', ({ hash }) => void hashes.push(hash));
    while (hashes.length < count) await clock.advance(50);
    cancel();
    return hashes;
  };

  beforeEach(async () => {
    dir = await tempDir();
    l1 = new ScriptedL1(3);
    genesisOrigin = l1.origin();
    clock = new FakeClock(Number(genesisOrigin.timestamp) * 1_000);
  });
  afterEach(async () => {
    await close();
    await dir.remove();
  });

  it('acknowledges at once, then goes by tip within a sub-slot and by nonce within a sender', async () => {
    const chain = await open({ blockTimeMs: 2_000 });
    const raws = await Promise.all([bid(0, 0, 1n), bid(1, 0, 3n), bid(0, 1, 900n), bid(2, 0, 3n), bid(3, 0, 2n)]);
    const results = await Promise.all(raws.map((raw) => chain.producer.submit(raw)));
    expect(results.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'queued'));
    const [a0, b, a1, c, d] = results.map(({ hash }) => hash) as [Hex, Hex, Hex, Hex, Hex];
    expect(chain.chain.open()!.transactions).toEqual([]);
    expect(await executed(chain, 5)).toEqual([b, c, d, a0, a1]);
    expect(await chain.producer.pendingNonce(TEST_USERS[0]!.address)).toBe(2n);
  });

  it('refuses with go-ethereum’s words what could not be executed now', async () => {
    const chain = await open();
    const { producer } = chain;
    await expect(
      producer.submit(
        await signTransfer(TEST_USERS[0]!, { nonce: 0, to: RECIPIENT, value: 10n ** 30n, gasPrice: GWEI * 2n }),
      ),
    ).rejects.toThrow('insufficient funds for gas * price + value');
    await expect(
      producer.submit(await signTransfer(TEST_USERS[0]!, { nonce: 0, to: RECIPIENT, gasPrice: 1n })),
    ).rejects.toThrow('max fee per gas less than block base fee');
    await producer.submit(await bid(0, 0, 1n));
    await executed(chain, 1);
    await expect(producer.submit(await bid(0, 0, 2n))).rejects.toThrow('nonce too low: next nonce 1, tx nonce 0');
  });

  it('replaces for a tenth more of tip and cap, tells the loser, and shows who waits', async () => {
    const chain = await open({ blockTimeMs: 1_000 });
    const dropped: DroppedTransaction[] = [];
    chain.events.on('dropped', (transaction) => dropped.push(transaction));
    const sign = (tip: bigint, gasPrice: bigint) =>
      signTransfer(TEST_USERS[0]!, { nonce: 3, to: RECIPIENT, tip, gasPrice });
    const first = await chain.producer.submit(await sign(100n, 2n * GWEI));
    await expect(chain.producer.submit(await sign(200n, 2n * GWEI))).rejects.toMatchObject({
      code: 'REPLACEMENT_UNDERPRICED',
      message: 'replacement transaction underpriced',
    });
    const second = await chain.producer.submit(await sign(110n, (2n * GWEI * 11n) / 10n));
    expect(dropped).toEqual([{ hash: first.hash, reason: 'replaced', replacedBy: second.hash }]);
    expect([...chain.producer.queued()].map(({ hash }) => hash)).toEqual([second.hash]);
    for (const nonce of [2, 1]) await chain.producer.submit(await bid(0, nonce, 1n));
    await chain.producer.submit(await bid(0, 0, 1n));
    expect((await executed(chain, 4))[3]).toBe(second.hash);
  });

  it('lets a big bid wait for the next block and fills this one with others', async () => {
    const chain = await open({ blockGasLimit: 100_000n, blockTimeMs: 200 });
    const raws = await Promise.all([bid(0, 0, 9n), bid(1, 0, 8n, 90_000n), bid(1, 1, 8n), bid(2, 0, 1n)]);
    const [small, big, behind, cheap] = await Promise.all(raws.map((raw) => chain.producer.submit(raw)));
    await executed(chain, 4);
    const placeOf = (result: typeof small) => chain.chain.transactionByHash(result!.hash)!.transaction;
    expect(placeOf(cheap).blockNumber).toBe(placeOf(small).blockNumber);
    expect(placeOf(big).blockNumber).toBe(placeOf(small).blockNumber + 1n);
    expect(placeOf(behind)).toMatchObject({ blockNumber: placeOf(small).blockNumber + 1n, index: 1 });
  });

  it('comes back with every bid that it acknowledged', async () => {
    const chain = await open({ blockTimeMs: 60_000 });
    const results = await Promise.all(
      (await Promise.all([bid(0, 0, 1n), bid(0, 1, 2n), bid(1, 5, 3n)])).map((raw) => chain.producer.submit(raw)),
    );
    await close();
    const reopened = await open();
    await reopened.producer.submit(await bid(2, 0, 1n));
    await executed(reopened, 3);
    for (const { hash } of results.slice(0, 2)) expect(reopened.chain.transactionByHash(hash)).toBeDefined();
    expect([...reopened.producer.queued()].map(({ hash }) => hash)).toEqual([results[2]!.hash]);
  });

  it('forgets what waited for longer than its lifetime', async () => {
    const chain = await open({ lifetimeMs: 50 });
    const gone = chain.events.next('dropped');
    const { hash } = await chain.producer.submit(await bid(0, 7, 1n));
    await clock.advance(200);
    expect(await gone).toEqual([{ hash, reason: 'expired' }]);
    expect([...chain.producer.queued()]).toEqual([]);
  });
});
