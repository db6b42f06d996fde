import type { Address } from '@tephra/protocol';
import { type TempDir, tempDir } from '@tephra/testing';
import { encodeAbiParameters } from 'viem';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blockActivity, placesNewestFirst } from '../activity/index.ts';
import type { ChainReader } from '../chain.ts';
import {
  openTestChain,
  ScriptedL1,
  signTransfer,
  TEST_USERS,
  type TestChain,
  testGenesis,
} from '../producer/testing.ts';

const [sender] = TEST_USERS as [(typeof TEST_USERS)[0]];
const recipient = (i: number): Address => `0x${(0xbeef00 + i).toString(16).padStart(40, '0')}`;
const WATCHED = [sender.address.toLowerCase() as Address, ...Array.from({ length: 4 }, (_, i) => recipient(i))];

describe('the index of activity', () => {
  let dir: TempDir;
  let l1: ScriptedL1;
  let node: TestChain;
  let nonce: number;

  const open = async (activityIndex?: boolean): Promise<void> => {
    node = await openTestChain(dir.path, {
      l1,
      genesis: testGenesis(new ScriptedL1(2)),
      ...(activityIndex === undefined ? {} : { activityIndex }),
    });
    await node.producer.start();
  };
  const close = async (): Promise<void> => {
    await node.producer.stop();
    await node.close();
  };
  /** A block with a transfer to each recipient. */
  const transfers = async (): Promise<void> => {
    const block = node.events.next('sealed');
    for (let i = 0; i < 4; i++) {
      await node.producer.submit(await signTransfer(sender, { nonce: nonce++, to: recipient(i), value: 1n }));
    }
    await block;
    await node.events.next('sealed');
  };
  const places = (chain: ChainReader, address: Address): string[] =>
    Array.from(chain.activity(address, chain.head().number), (place) => JSON.stringify(place, text));
  const text = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
  /** What the blocks themselves say. */
  const scan = (chain: ChainReader, address: Address): string[] => {
    const found: string[] = [];
    for (let number = chain.head().number; number >= 0n; number--) {
      const encoded = blockActivity(chain.blockByNumber(number)!).get(address);
      if (encoded) for (const place of placesNewestFirst(number, encoded)) found.push(JSON.stringify(place, text));
    }
    return found;
  };
  /** Between blocks, so that both look at the same chain. */
  const compare = (): void => {
    for (const address of WATCHED) expect(places(node.chain, address), address).toEqual(scan(node.chain, address));
  };

  beforeEach(async () => {
    dir = await tempDir();
    l1 = new ScriptedL1(2);
    nonce = 0;
  });
  afterEach(async () => {
    await close();
    await dir.remove();
  });

  it('has what the blocks have: at once, in the database, and after a restart', async () => {
    await open();
    for (let i = 0; i < 3; i++) await transfers();
    compare();
    expect(places(node.chain, recipient(1))).toHaveLength(3);
    await close();
    await open();
    compare();
    await transfers();
    compare();
  });

  it('forgets blocks that are taken back', async () => {
    await open();
    await transfers();
    const fork = l1.origin().number;
    l1.deliver({
      kind: 'depositEth',
      data: encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [recipient(1), 7n]),
    });
    while (node.chain.head().number === 0n || node.store.headRecord()!.l1Origin.number === fork) await transfers();
    await transfers();
    const before = places(node.chain, recipient(1)).length;
    const reorged = node.events.next('reorged');
    l1.reorganise(fork);
    await reorged;
    compare();
    // The deposit is gone with its L1 block; every transfer is executed again.
    expect(before - 1).toBe(nonce / 4);
    await expect.poll(() => places(node.chain, recipient(1)).length, { timeout: 20_000 }).toBe(before - 1);
    compare();
  });

  it('is built for a database that lacks it, or for the part in which it was off', async () => {
    await open(false);
    await transfers();
    expect(() => places(node.chain, recipient(0))).toThrow('keeps no index');
    await close();
    await open();
    compare();
    await transfers();
    await close();
    await open(false);
    await transfers();
    await close();
    await open();
    expect(places(node.chain, recipient(2))).toHaveLength(3);
    compare();
  });
});
