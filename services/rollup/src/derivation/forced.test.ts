import { bridgeAbi } from '@tephra/l1';
import { type Hex, SKIP_REASONS } from '@tephra/protocol';
import { encodeFunctionData, keccak256, parseAbi, parseEventLogs } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredBlock } from '../chain.ts';
import { L1TestChain } from '../testing/l1-chain.ts';
import { rebuild } from './rebuild.ts';

const SKIPPED = parseAbi([
  'event ForcedTransactionSkipped(uint64 indexed inboxIndex, bytes32 indexed transactionHash, uint8 reason)',
]);
const INBOX_DELAY_S = 600;

let chain: L1TestChain;

beforeAll(async () => {
  chain = await L1TestChain.create();
}, 60_000);
afterAll(async () => {
  await chain?.[Symbol.asyncDispose]();
});

/** Anybody may deliver it; here the proposer pays for the user. */
function force(raw: Hex) {
  const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'forceTransaction', args: [raw] });
  return chain.sender.send({ to: chain.bridge, data });
}

const skipsOf = (block: StoredBlock) =>
  parseEventLogs({ abi: SKIPPED, logs: block.receipts.flatMap(({ logs }) => logs) as never[] }).map(({ args }) => args);

describe('transactions forced through the L1', () => {
  it('are executed, or skipped for all to see, and rebuilt from the L1 alone', async () => {
    const [sent, forced] = [await chain.transaction({ value: 1n }), await chain.transaction({ value: 2n })];
    await chain.seal([sent], { advance: true });
    await force(forced);
    await force('0xdeadbeef');
    // The sequencer had it already.
    await force(sent);
    const after = await chain.transaction({ value: 3n });
    const block = await chain.seal([after], { advance: true });
    expect(block.transactions.slice(1).map(({ raw, inboxIndex }) => [raw.startsWith('0x7e'), inboxIndex])).toEqual([
      [false, 0n],
      [true, undefined],
      [true, undefined],
      [false, undefined],
    ]);
    expect(block.transactions[1]).toMatchObject({ raw: forced, hash: keccak256(forced) });
    expect(skipsOf(block)).toEqual([
      { inboxIndex: 1n, transactionHash: keccak256('0xdeadbeef'), reason: SKIP_REASONS.malformed },
      { inboxIndex: 2n, transactionHash: keccak256(sent), reason: SKIP_REASONS.nonceTooLow },
    ]);
    await chain.postPack(block.header.number);
    const rebuilt = await rebuild(
      { l1RpcUrl: chain.anvil.rpcUrl, rollup: chain.rollup, dataDir: chain.folder('copy') },
      { logger: chain.logger },
    );
    expect(rebuilt.head).toMatchObject({ number: block.header.number, hash: block.header.hash });
  });

  it('cannot be left out: the L1 takes no pack that passes them over', async () => {
    await force(await chain.transaction({ value: 4n }));
    await chain.anvil.rpc('evm_increaseTime', [INBOX_DELAY_S + 1]);
    await chain.mine(1);
    const censoring = await chain.seal([]);
    await expect(chain.postPack(censoring.header.number)).rejects.toThrow('InboxMessageLate');
    const honest = await chain.seal([], { advance: true });
    expect(honest.transactions[1]).toMatchObject({ inboxIndex: 3n });
    await chain.postPack(honest.header.number);
  });
});
