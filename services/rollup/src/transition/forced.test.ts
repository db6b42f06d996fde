import { InvalidTransactionError } from '@tephra/engine';
import { FORCED_GAS_LIMIT, type Hex, PREDEPLOYS, SKIP_REASONS, type SkipReason } from '@tephra/protocol';
import fc from 'fast-check';
import { keccak256, parseAbi, parseEventLogs, toHex } from 'viem';
import { describe, expect, it } from 'vitest';
import type { StoredReceipt } from '../chain.ts';
import { ScriptedL1, signTransfer, TEST_CHAIN_ID, TEST_USERS, testGenesis } from '../producer/testing.ts';
import { contentOf } from './content.ts';
import { skipReasonOf } from './forced.ts';
import { BlockLine } from './testing.ts';

const [alice, bob, carol] = TEST_USERS as [(typeof TEST_USERS)[0], (typeof TEST_USERS)[0], (typeof TEST_USERS)[0]];
const RECIPIENT: Hex = `0x${'99'.repeat(20)}`;
const FEES = { gasless: false, minBaseFee: 1n, dataFeePerByte: 3n } as const;

const SKIPPED = parseAbi([
  'event ForcedTransactionSkipped(uint64 indexed inboxIndex, bytes32 indexed transactionHash, uint8 reason)',
]);

function skips(receipts: StoredReceipt[]): { inboxIndex: bigint; transactionHash: Hex; reason: number }[] {
  const logs = receipts.flatMap(({ logs }) => logs);
  return parseEventLogs({
    abi: SKIPPED,
    logs: logs.filter(({ address }) => address === PREDEPLOYS.chainState.toLowerCase()) as never[],
  }).map(({ args }) => args);
}

const transfer = async (fields: Partial<Parameters<typeof signTransfer>[1]> = {}, from = alice): Promise<Hex> =>
  toHex(await signTransfer(from, { nonce: 0, to: RECIPIENT, value: 1n, gasPrice: 2_000_000_000n, ...fields }));

describe('forced transactions', () => {
  it('are executed where the L1 put them, and are no part of the batch', async () => {
    const l1 = new ScriptedL1(2);
    const line = await BlockLine.create(testGenesis(l1, FEES));
    const raw = await transfer({ value: 5n });
    l1.deliver({ kind: 'forcedTransaction', data: raw });
    const builder = await line.begin(l1);
    await builder.execute(line.decode(await signTransfer(bob, { nonce: 0, to: RECIPIENT, gasPrice: 2_000_000_000n })));
    const { block } = await line.seal(builder);
    expect(block.transactions.map(({ sender }) => sender)).toEqual([
      PREDEPLOYS.system.toLowerCase(),
      alice.address.toLowerCase(),
      bob.address.toLowerCase(),
    ]);
    expect(block.transactions[1]).toMatchObject({ hash: keccak256(raw), raw, inboxIndex: 0n });
    expect(block.receipts[1]).toMatchObject({ status: 'success', dataFee: 3n * BigInt(raw.length / 2 - 1) });
    expect(contentOf(block.header, block.l1Origin, block.transactions).transactions).toEqual([
      block.transactions[2]!.raw,
    ]);
    expect(block.output.inboxPosition).toBe(1n);
    const vault = await line.engine.getAccount(PREDEPLOYS.dataFeeVault.toLowerCase() as Hex, 'open');
    expect(vault?.balance).toBe(block.receipts[1]!.dataFee! + block.receipts[2]!.dataFee!);
  });

  it('may exceed what the block has left', async () => {
    const l1 = new ScriptedL1(2);
    const line = await BlockLine.create(testGenesis(l1, { ...FEES, blockGasLimit: 1_000_000n }));
    for (const nonce of [0, 1])
      l1.deliver({ kind: 'forcedTransaction', data: await transfer({ nonce, gas: FORCED_GAS_LIMIT }) });
    const { block } = await line.seal(await line.begin(l1));
    expect(block.transactions.map(({ inboxIndex }) => inboxIndex)).toEqual([undefined, 0n, 1n]);
  });

  it('of type 4 make accounts stand for others; a chain by the rules of Cancun has no such type', async () => {
    const authorization = await bob.signAuthorization({ chainId: Number(TEST_CHAIN_ID), nonce: 0, address: RECIPIENT });
    const raw = await alice.signTransaction({
      type: 'eip7702',
      chainId: Number(TEST_CHAIN_ID),
      nonce: 0,
      gas: 100_000n,
      maxFeePerGas: 2_000_000_000n,
      to: RECIPIENT,
      authorizationList: [authorization],
    });
    for (const hardfork of ['prague', 'cancun'] as const) {
      const l1 = new ScriptedL1(2);
      const line = await BlockLine.create(testGenesis(l1, { ...FEES, hardfork }));
      l1.deliver({ kind: 'forcedTransaction', data: raw });
      const { block } = await line.seal(await line.begin(l1));
      const code = await line.engine.getCode(bob.address, 'open');
      if (hardfork === 'cancun') {
        expect(skips(block.receipts)).toMatchObject([{ reason: SKIP_REASONS.type }]);
        expect(code).toBe('0x');
      } else {
        expect(block.transactions[1]).toMatchObject({ raw, inboxIndex: 0n });
        expect(block.receipts[1]).toMatchObject({ type: 4, status: 'success' });
        expect(code).toBe(`0xef0100${RECIPIENT.slice(2)}`);
      }
    }
  });

  const reasons: [SkipReason, () => Promise<Hex> | Hex][] = [
    ['malformed', () => '0x'],
    ['malformed', () => '0x02c0'],
    ['malformed', () => '0xf86c'],
    ['malformed', async () => `${await transfer()}00`],
    [
      'wrongChain',
      () =>
        alice.signTransaction({
          type: 'eip1559',
          chainId: 1,
          gas: 21_000n,
          to: RECIPIENT,
          maxFeePerGas: 2_000_000_000n,
        }),
    ],
    ['type', () => `0x7e${'00'.repeat(40)}`],
    ['type', () => `0x03${'00'.repeat(40)}`],
    ['malformed', () => '0x04c0'],
    ['type', () => '0x05c0'],
    ['gasLimit', () => transfer({ gas: FORCED_GAS_LIMIT + 1n })],
    ['nonceTooLow', () => transfer({ nonce: 0 }, carol)],
    ['nonceTooHigh', () => transfer({ nonce: 1 })],
    ['funds', () => transfer({ value: 10n ** 30n })],
    ['feeCap', () => transfer({ gasPrice: 1n })],
    ['other', () => transfer({ gas: 20_999n })],
  ];
  it.each(reasons)('leave a record when they can’t be executed: %s', async (reason, make) => {
    const l1 = new ScriptedL1(2);
    const line = await BlockLine.create(testGenesis(l1, FEES));
    const first = await line.begin(l1);
    await first.execute(line.decode(await signTransfer(carol, { nonce: 0, to: RECIPIENT, gasPrice: 2_000_000_000n })));
    await line.seal(first);
    const raw = await make();
    l1.deliver({ kind: 'forcedTransaction', data: raw });
    const { block } = await line.seal(await line.begin(l1));
    expect(skips(block.receipts)).toEqual([
      { inboxIndex: 0n, transactionHash: keccak256(raw), reason: SKIP_REASONS[reason] },
    ]);
    expect(block.receipts.map(({ status }) => status)).toEqual(['success', 'success']);
    expect(block.transactions[1]!.sender).toBe(PREDEPLOYS.system.toLowerCase());
    expect(block.output.inboxPosition).toBe(1n);
  });

  it('of an account with code have a reason of their own', () => {
    // Nobody has the key of such an account, unless two addresses collide.
    const error = new InvalidTransactionError('SENDER_NOT_EOA', 'sender not an eoa');
    expect(skipReasonOf(error)).toBe('senderHasCode');
  });

  it('give everybody the same blocks, whatever was delivered', async () => {
    const message = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          user: fc.nat(2),
          nonce: fc.nat(3),
          value: fc.nat(3),
          gas: fc.constantFrom(20_000n, 21_000n, 60_000n, 3_000_000n),
          price: fc.constantFrom(0n, 2_000_000_000n),
          flip: fc.option(fc.nat(900), { freq: 4 }),
        }),
      },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
      { weight: 1, arbitrary: fc.constant('deposit' as const) },
    );
    const scenario = fc.array(
      fc.record({ inbox: fc.array(message, { maxLength: 4 }), own: fc.array(fc.nat(2), { maxLength: 2 }) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(scenario, async (blocks) => {
        const l1 = new ScriptedL1(2);
        const genesis = testGenesis(l1, FEES);
        const [producer, follower] = await Promise.all([BlockLine.create(genesis), BlockLine.create(genesis)]);
        const nonceOf = async (user: number) =>
          Number(
            (await producer.engine.getAccount(TEST_USERS[user]!.address.toLowerCase() as Hex, 'open'))?.nonce ?? 0n,
          );
        for (const { inbox, own } of blocks) {
          for (const item of inbox) l1.deliver(await delivered(item));
          if (inbox.length === 0) l1.mine();
          const builder = await producer.begin(l1);
          for (const user of own) {
            const nonce = await nonceOf(user);
            const raw = await signTransfer(TEST_USERS[user]!, {
              nonce,
              to: RECIPIENT,
              value: 9n,
              gasPrice: 2_000_000_000n,
            });
            await builder.execute(producer.decode(raw));
          }
          const sealed = await producer.seal(builder);
          const again = await follower.follow(sealed, l1);
          expect(again.block.outputRoot).toBe(sealed.block.outputRoot);
          expect(again.block.transactions).toEqual(sealed.block.transactions);
          // Every message has left exactly one transaction.
          expect(sealed.block.transactions).toHaveLength(1 + inbox.length + own.length);
          const forced = inbox.filter((item) => item !== 'deposit').length;
          const executed = sealed.block.transactions.filter(({ inboxIndex }) => inboxIndex !== undefined).length;
          expect(skips(sealed.block.receipts)).toHaveLength(forced - executed);
        }
      }),
      { numRuns: 40 },
    );
  });
});

type Item =
  | { user: number; nonce: number; value: number; gas: bigint; price: bigint; flip: number | null }
  | Uint8Array
  | 'deposit';

async function delivered(item: Item) {
  if (item === 'deposit') {
    const words = [RECIPIENT, toHex(5n)].map((word) => word.slice(2).padStart(64, '0'));
    return { kind: 'depositEth', data: `0x${words.join('')}` } as const;
  }
  if (item instanceof Uint8Array) return { kind: 'forcedTransaction', data: toHex(item) } as const;
  const { user, nonce, value, gas, price, flip } = item;
  const raw = await signTransfer(TEST_USERS[user]!, {
    nonce,
    to: RECIPIENT,
    value: BigInt(value),
    gas,
    gasPrice: price,
  });
  if (flip !== null) raw[(flip >> 3) % raw.length]! ^= 1 << (flip & 7);
  return { kind: 'forcedTransaction', data: toHex(raw) } as const;
}
