import { PREDEPLOYS, sourceHash } from '@tephra/protocol';
import { FakeClock, seededRandom, type TempDir, tempDir } from '@tephra/testing';
import { encodeAbiParameters, encodeFunctionData, type Hex, parseAbi, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlockLine } from '../transition/testing.ts';
import { openTestChain, ScriptedL1, signTransfer, TEST_USERS, type TestChain, testGenesis } from './testing.ts';

const RECIPIENT: Hex = `0x${'99'.repeat(20)}`;
const depositOf = (to: Hex, amount: bigint) => ({
  kind: 'depositEth' as const,
  data: encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [to, amount]),
});

describe('a producer on an L1 that is reorganised', () => {
  let dir: TempDir;
  let clock: FakeClock;
  let l1: ScriptedL1;
  let node: TestChain;
  const open = async (overrides: Parameters<typeof testGenesis>[1] = {}) => {
    node = await openTestChain(dir.path, { l1, clock, genesis: testGenesis(new ScriptedL1(3), overrides) });
    await node.producer.start();
  };
  const close = async () => {
    const stopped = node.producer.stop();
    await clock.advance(1_000);
    await stopped;
    await node.close();
  };
  const blocks = async (count: bigint) => {
    const end = node.chain.head().number + count;
    while (node.chain.head().number < end) await clock.advance(50);
  };
  const until = async (what: () => boolean) => {
    for (let tries = 0; !what(); tries++) {
      if (tries > 10_000) throw new Error(`never: ${what}`);
      await clock.advance(50);
      // The disk takes real time.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const submit = async (raw: Uint8Array) => {
    let done = false;
    const result = node.producer.submit(raw).finally(() => {
      done = true;
    });
    result.catch(() => {});
    while (!done) await clock.advance(10);
    return result;
  };
  /** Every block again, on another engine, from its content and what the L1 says now. */
  const expectDerivable = async () => {
    const follower = await BlockLine.create(node.genesis);
    for (let number = 1n; number <= node.chain.head().number; number++) {
      const block = node.chain.blockByNumber(number)!;
      const sealed = await follower.follow({ block }, l1);
      expect(sealed.block.outputRoot).toBe(block.outputRoot);
    }
  };

  beforeEach(async () => {
    dir = await tempDir();
    l1 = new ScriptedL1(3);
    clock = new FakeClock(Number(l1.origin().timestamp) * 1_000);
    await open();
  });
  afterEach(async () => {
    await close();
    await dir.remove();
  });

  it('forgets a forced transaction that vanished with its L1 block, and takes it when it comes back', async () => {
    const raw = await signTransfer(TEST_USERS[0]!, { nonce: 0, to: RECIPIENT, value: 3n });
    const fork = l1.origin().number;
    l1.deliver({ kind: 'forcedTransaction', data: toHex(raw) });
    const hashes: Hex[] = [];
    node.events.on('executed', ({ hash }) => void hashes.push(hash));
    await until(() => node.chain.head().number > 1n && hashes.length === 1);
    const later = await submit(await signTransfer(TEST_USERS[0]!, { nonce: 1, to: RECIPIENT, value: 4n }));
    expect(later.kind).toBe('executed');
    await blocks(1n);
    l1.reorganise(fork);
    await until(() => node.chain.transactionByHash(hashes[0]!) === undefined);
    // What was built upon it waits for its nonce again, acknowledged as it is.
    await blocks(2n);
    expect([...node.producer.queued()].map(({ hash }) => hash)).toEqual([later.hash]);
    l1.deliver({ kind: 'forcedTransaction', data: toHex(raw) });
    await until(() => node.chain.transactionByHash(later.hash)?.block != null);
    expect(node.chain.transactionByHash(hashes[0]!)!.transaction.inboxIndex).toBe(0n);
    await expectDerivable();
  });

  it('executes once what was sent and forced, whichever came first', async () => {
    const [first, second] = await Promise.all(
      [0, 1].map((nonce) => signTransfer(TEST_USERS[1]!, { nonce, to: RECIPIENT, value: 1n })),
    );
    const sent = await submit(first!);
    l1.deliver({ kind: 'forcedTransaction', data: toHex(first!) });
    l1.deliver({ kind: 'forcedTransaction', data: toHex(second!) });
    await until(() => node.chain.blockByNumber(node.chain.head().number)!.output.inboxPosition === 2n);
    await expect(submit(second!)).rejects.toThrow(/nonce too low|already known/);
    expect(node.chain.transactionByHash(sent.hash)!.transaction.inboxIndex).toBeUndefined();
    expect(await node.producer.pendingNonce(TEST_USERS[1]!.address)).toBe(2n);
    // The other way round while it waits for an earlier nonce.
    const [three, two] = await Promise.all(
      [3, 2].map((nonce) => signTransfer(TEST_USERS[1]!, { nonce, to: RECIPIENT, value: 1n })),
    );
    expect((await submit(three!)).kind).toBe('queued');
    l1.deliver({ kind: 'forcedTransaction', data: toHex(two!) });
    await until(() => [...node.producer.queued()].length === 0);
    await blocks(1n);
    expect(await node.producer.pendingNonce(TEST_USERS[1]!.address)).toBe(4n);
    await expectDerivable();
  });

  it('keeps a transaction whose money vanished, and executes it when the deposit comes back', async () => {
    await close();
    await dir.remove();
    dir = await tempDir();
    await open({ currencyMode: 'eth' });
    const newcomer = privateKeyToAccount(`0x${'5a'.repeat(32)}`);
    const fork = l1.origin().number;
    l1.deliver(depositOf(newcomer.address, 5n));
    const position = () => node.chain.blockByNumber(node.chain.head().number)!.output.inboxPosition;
    await until(() => position() === 1n);
    const { kind, hash } = await submit(await signTransfer(newcomer, { nonce: 0, to: RECIPIENT, value: 3n }));
    expect(kind).toBe('executed');
    await blocks(1n);
    l1.reorganise(fork);
    await until(() => position() === 0n);
    await blocks(3n);
    expect(node.chain.transactionByHash(hash)).toBeUndefined();
    expect([...node.producer.waiting()].map((waiting) => waiting.hash)).toEqual([hash]);
    // Not even a restart forgets it.
    await close();
    await open({ currencyMode: 'eth' });
    l1.deliver(depositOf(newcomer.address, 5n));
    await until(() => node.chain.transactionByHash(hash)?.block != null);
    expect(node.chain.transactionByHash(hash)!.receipt.status).toBe('success');
    await expectDerivable();
  });

  it('goes back when the L1 voids what it claimed: loses no transaction and says of each where it stood', async () => {
    const raw = await signTransfer(TEST_USERS[0]!, { nonce: 0, to: RECIPIENT, value: 1n });
    const kept = await submit(raw);
    await blocks(1n);
    const target = node.chain.head().number;
    l1.deliver(depositOf(TEST_USERS[2]!.address, 9n));
    const lost: Hex[] = [];
    for (let nonce = 1; nonce < 4; nonce++) {
      lost.push((await submit(await signTransfer(TEST_USERS[0]!, { nonce, to: RECIPIENT, value: 1n }))).hash);
      await blocks(1n);
    }
    const before = lost.map((hash) => node.chain.transactionByHash(hash)!.block!);
    const cause = { reason: 'packs-reverted', packIndex: 2n, revertEpoch: 1n } as const;
    const reorged = node.events.next('reorged');
    node.producer.goBack(target, cause);
    await blocks(1n);
    expect((await reorged)[0]).toMatchObject({ to: target, cause });
    await until(() => lost.every((hash) => node.chain.transactionByHash(hash)?.block != null));
    lost.forEach((hash, i) => {
      const { number: blockNumber, hash: blockHash } = before[i]!;
      expect(node.chain.movedBack(hash)).toEqual({ cause, blockNumber, blockHash });
      expect(node.chain.transactionByHash(hash)!.block!.hash).not.toBe(blockHash);
    });
    expect(node.chain.movedBack(kept.hash)).toBeUndefined();
    await blocks(2n);
    await expectDerivable();
    // Of what it was told once nothing is left to be done, not even after a restart.
    const head = node.chain.head().number;
    node.producer.goBack(head + 5n, cause);
    await blocks(2n);
    await close();
    await open();
    expect(node.chain.movedBack(lost[0]!)?.cause).toEqual(cause);
    expect(node.chain.head().number).toBeGreaterThan(head);
  });

  it('lives again when the L1 takes back what closed it, even after its settlement', async () => {
    const fork = l1.origin().number;
    l1.deliver({ kind: 'close', data: '0x' });
    await until(() => node.chain.sealedMode() === 'settle');
    await node.producer.submitSettlement({
      sourceHash: sourceHash(node.genesis.chainId, 'settlement', 0n),
      from: PREDEPLOYS.system,
      to: PREDEPLOYS.settler,
      value: 0n,
      gasLimit: 1n << 25n,
      data: encodeFunctionData({ abi: parseAbi(['function finish()']) }),
    });
    await until(() => node.chain.sealedMode() === 'settled');
    const reorged = node.events.next('reorged');
    l1.reorganise(fork);
    await until(() => node.chain.sealedMode() === 'active');
    expect((await reorged)[0].to).toBeLessThan((await reorged)[0].from);
    const { kind } = await submit(await signTransfer(TEST_USERS[3]!, { nonce: 0, to: RECIPIENT, value: 1n }));
    expect(kind).toBe('executed');
    await blocks(2n);
    await expectDerivable();
  });

  it.each([1, 3, 4, 5])('keeps what it acknowledged and stays derivable, schedule %i', async (seed) => {
    const random = seededRandom(seed);
    const pick = (n: number): number => Math.floor(random() * n);
    const acknowledged = new Set<Hex>();
    const dropped = new Set<Hex>();
    node.events.on('dropped', ({ hash }) => void dropped.add(hash));
    for (let step = 0; step < 40; step++) {
      const user = TEST_USERS[pick(4)]!;
      switch (pick(7)) {
        case 0:
          l1.mine(1 + pick(35));
          break;
        case 1:
          l1.deliver(depositOf(user.address, BigInt(1 + pick(9))));
          break;
        case 2: {
          const nonce = Number(await node.producer.pendingNonce(user.address)) + pick(2);
          l1.deliver({
            kind: 'forcedTransaction',
            data: pick(4) === 0 ? '0xbad0' : toHex(await signTransfer(user, { nonce, to: RECIPIENT, value: 1n })),
          });
          break;
        }
        case 3: {
          const newest = l1.origin().number;
          const depth = BigInt(1 + pick(6));
          // Never below the origin of block 0.
          if (newest - depth >= 2n) l1.reorganise(newest - depth);
          break;
        }
        case 4:
          await close();
          await open();
          node.events.on('dropped', ({ hash }) => void dropped.add(hash));
          break;
        default:
          for (let n = 1 + pick(3); n > 0; n--) {
            const nonce = Number(await node.producer.pendingNonce(user.address)) + (pick(5) === 0 ? 1 : 0);
            const raw = await signTransfer(user, { nonce, to: RECIPIENT, value: BigInt(step) });
            const result = await submit(raw).catch(() => undefined);
            if (result !== undefined) acknowledged.add(result.hash);
          }
      }
      await clock.advance(pick(150));
    }
    // Settled: the chain stands on what the L1 has now.
    await until(() => {
      const { l1Origin } = node.chain.blockByNumber(node.chain.head().number)!;
      return (
        l1.messages(node.chain.blockByNumber(node.chain.head().number)!.output.inboxPosition, l1.origin().number)
          .length === 0 && l1.has(l1Origin)
      );
    });
    await blocks(2n);
    const waiting = new Set([...node.producer.queued(), ...node.producer.waiting()].map(({ hash }) => hash));
    for (const hash of acknowledged) {
      const known = node.chain.transactionByHash(hash) !== undefined || waiting.has(hash) || dropped.has(hash);
      expect(known, `${hash} was acknowledged`).toBe(true);
    }
    // Only what the reorganisations made impossible was given up: a nonce that another transaction of its sender has now.
    for (const hash of dropped) expect(node.chain.transactionByHash(hash)).toBeUndefined();
    await expectDerivable();
  });
});
