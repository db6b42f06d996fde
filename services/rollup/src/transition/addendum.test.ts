import { settlerAbi } from '@tephra/l1';
import { encodeSystemTransaction, PREDEPLOYS, sourceHash } from '@tephra/protocol';
import { encodeFunctionData, hexToBytes } from 'viem';
import { beforeEach, describe, expect, it } from 'vitest';
import { ScriptedL1, signTransfer, TEST_CHAIN_ID, TEST_USERS, testGenesis } from '../producer/testing.ts';
import type { SealedBlock } from './blockBuilder.ts';
import { contentOf } from './content.ts';
import { BlockLine } from './testing.ts';

let l1: ScriptedL1;
let line: BlockLine;
let blocks: SealedBlock[];

/** A transaction of the settlement; the Settler itself decides whether it does anything. */
const settlement = (sequence: bigint, functionName: 'finish' | 'settleNative' = 'settleNative') => {
  const data =
    functionName === 'finish'
      ? encodeFunctionData({ abi: settlerAbi, functionName })
      : encodeFunctionData({ abi: settlerAbi, functionName, args: [[]] });
  const transaction = {
    sourceHash: sourceHash(TEST_CHAIN_ID, 'settlement', sequence),
    from: PREDEPLOYS.system,
    to: PREDEPLOYS.settler,
    value: 0n,
    gasLimit: 1_000_000n,
    data,
  };
  return line.decode(hexToBytes(encodeSystemTransaction(transaction)));
};

beforeEach(async () => {
  l1 = new ScriptedL1(2);
  line = await BlockLine.create(testGenesis(l1));
  l1.deliver({ kind: 'close', data: '0x' });
  const closing = await line.seal(await line.begin(l1));
  const last = await line.begin(l1);
  await last.execute(settlement(0n, 'finish'));
  blocks = [closing, await line.seal(last)];
  expect(line.parent.mode).toBe('settled');
});

describe('a block on a settled chain', () => {
  it('holds transactions of the settlement, stands still in time and leaves the chain settled', async () => {
    // A pack needs an origin that the L1 still remembers.
    l1.mine(5);
    const builder = await line.begin(l1);
    expect(builder.isAddendum).toBe(true);
    await builder.execute(settlement(1n));
    await builder.execute(settlement(2n));
    const addendum = await line.seal(builder);
    expect(addendum.block.transactions).toHaveLength(3);
    expect(addendum.block.header.timestamp).toBe(blocks[1]!.block.header.timestamp);
    expect(addendum.block.l1Origin).toEqual(l1.origin());
    expect(addendum.parent.mode).toBe('settled');
    const { header, l1Origin, transactions } = addendum.block;
    expect(contentOf(header, l1Origin, transactions).transactions).toHaveLength(2);

    const follower = await BlockLine.create(line.genesis);
    for (const block of [...blocks, addendum]) await follower.follow(block, l1);
    expect(follower.head.block.outputRoot).toBe(addendum.block.outputRoot);
  });

  it('is never empty, not even with a new origin', async () => {
    await expect((await line.begin(l1)).seal()).rejects.toMatchObject({ code: 'CHAIN_SETTLED' });
    const follower = await BlockLine.create(line.genesis);
    for (const block of blocks) await follower.follow(block, l1);
    l1.mine();
    const { header } = line.head.block;
    const empty = { header: { ...header, number: header.number + 1n }, l1Origin: l1.origin(), transactions: [] };
    const sealed = { ...line.head, block: { ...line.head.block, ...empty } };
    await expect(follower.follow(sealed, l1)).rejects.toMatchObject({ code: 'CHAIN_SETTLED' });
  });

  it('takes nothing of users', async () => {
    const builder = await line.begin(l1);
    const transfer = line.decode(await signTransfer(TEST_USERS[0]!, { nonce: 0, to: PREDEPLOYS.settler }));
    await expect(builder.execute(transfer)).rejects.toMatchObject({ code: 'CHAIN_CLOSED' });
    await builder.execute(settlement(1n));
    await expect(builder.execute(transfer)).rejects.toMatchObject({ code: 'CHAIN_CLOSED' });
  });
});

it('the settlement is complete at once when it is finished: what follows comes in a block of its own', async () => {
  const other = await BlockLine.create(line.genesis);
  await other.follow(blocks[0]!, l1);
  const builder = await other.begin(l1);
  await builder.execute(settlement(0n, 'finish'));
  await expect(builder.execute(settlement(1n))).rejects.toMatchObject({ code: 'SETTLEMENT_NOT_ALLOWED' });
});
