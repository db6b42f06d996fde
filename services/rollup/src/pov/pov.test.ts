import { validatePov } from '@tephra/engine/stvf';
import { settlerAbi } from '@tephra/l1';
import {
  decodePov,
  encodeInboxPayload,
  encodePov,
  encodeSystemTransaction,
  type InboxPayload,
  outputRoot,
  PREDEPLOYS,
  sourceHash,
} from '@tephra/protocol';
import fc from 'fast-check';
import { concatHex, encodeFunctionData, type Hex, stringToHex, zeroAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import { TEST_CHAIN_ID, TEST_USERS } from '../producer/testing.ts';
import { type ContractName, ProvenLine, povDeps, type SentTransaction, word } from './testing.ts';

const ADDRESS: Hex = `0x${'a1'.repeat(20)}`;
const TOKEN: Hex = `0x${'70'.repeat(20)}`;
const FEES = { gasless: false, minBaseFee: 5n, dataFeePerByte: 3n } as const;

/** The proof validates and says of each block what the chain says. */
function expectProven(proven: ProvenLine, first: number, last: number): Uint8Array {
  const { bytes } = proven.prove(first, last);
  const { parent, blocks } = validatePov(bytes, {}, povDeps);
  const stored = proven.blocks(first, last);
  expect(parent.outputRoot).toBe(outputRoot(proven.parent(first).output));
  expect(blocks.map(({ outputRoot }) => outputRoot)).toEqual(stored.map(({ outputRoot }) => outputRoot));
  for (const [i, { header, output, l1Origin, transactions }] of stored.entries()) {
    expect(blocks[i]).toEqual({
      number: header.number,
      timestamp: header.timestamp,
      gasUsed: header.gasUsed,
      transactionCount: BigInt(transactions.length),
      l1OriginNumber: l1Origin.number,
      l1OriginTimestamp: l1Origin.timestamp,
      inboxPosition: output.inboxPosition,
      gasLimit: header.gasLimit,
      stateRoot: header.stateRoot,
      transactionsRoot: header.transactionsRoot,
      receiptsRoot: header.receiptsRoot,
      blockHash: header.hash,
      outboxRoot: output.outboxRoot,
      inboxAccumulator: output.inboxAccumulator,
      l1OriginHash: l1Origin.hash,
      historyRoot: output.historyRoot,
      outputRoot: stored[i]!.outputRoot,
    });
  }
  return bytes;
}

const call = (proven: ProvenLine, name: ContractName, ...words: bigint[]): SentTransaction => ({
  to: proven.contract(name),
  data: words.length === 0 ? '0x' : concatHex(words.map(word)),
});

describe('proofs of validity', () => {
  it('cover a block without transactions', async () => {
    const proven = await ProvenLine.create();
    await proven.block([]);
    expectProven(proven, 1, 1);
  });

  it('cover deployments, storage, logs, history, precompiled contracts and self-destruction', async () => {
    const proven = await ProvenLine.withContracts(FEES);
    const { block } = await proven.block([
      call(proven, 'writer', 1n, 2n),
      call(proven, 'writer', 2n, 3n),
      { ...call(proven, 'maker', 5n), value: 9n },
      call(proven, 'looker', 1n),
      call(proven, 'reverter'),
    ]);
    expect(block.receipts.map(({ status, logs }) => [status, logs.length])).toEqual([
      ['success', 1],
      ['success', 1],
      ['success', 0],
      ['success', 0],
      ['reverted', 0],
    ]);
    await proven.block([
      call(proven, 'writer', 1n, 0n),
      call(proven, 'looker', 3n),
      call(proven, 'killer'),
      { ...call(proven, 'maker', 5n), gas: 90_000n },
      ...Array.from({ length: 10 }, (_, i) => call(proven, 'caller', BigInt(i + 1), 1n, 2n)),
    ]);
    await proven.block([call(proven, 'writer', 2n, 0n), { to: ADDRESS, value: 5n, gas: 21_000n }], 12n);
    expectProven(proven, 1, 4);
    expectProven(proven, 3, 3);
  });

  it('cover accounts that stand for others, and the contracts of Prague', async () => {
    const proven = await ProvenLine.withContracts(FEES);
    const [, bob, carol] = TEST_USERS as [unknown, { address: Hex }, { address: Hex }];
    const writer = proven.contract('writer');
    const { block } = await proven.block([
      {
        type: 'eip7702',
        to: bob.address,
        data: concatHex([word(1n), word(7n)]),
        authorizations: [
          { by: 1, address: writer },
          { by: 2, address: writer, nonceOffset: 1 },
          { by: 3, address: writer, chainId: 1 },
          { by: 0, address: proven.contract('looker'), chainId: 0 },
        ],
      },
      { from: 1, to: carol.address, value: 1n, gas: 21_000n },
      { from: 2, type: 'eip7702', to: bob.address, authorizations: [{ by: 1, address: zeroAddress }] },
      { to: ADDRESS, data: `0x${'01'.repeat(2_000)}`, gas: 101_000n },
      { to: ADDRESS, data: `0x${'01'.repeat(2_000)}`, gas: 100_999n },
      ...Array.from({ length: 7 }, (_, i) => call(proven, 'caller', BigInt(11 + i), 0n, 0n)),
    ]);
    expect(block.receipts).toHaveLength(4 + 7);
    expect(block.receipts[0]).toMatchObject({
      type: 4,
      status: 'success',
      logs: [{ address: bob.address.toLowerCase() }],
    });
    expect(block.receipts[3]!.gasUsed).toBe(101_000n);
    expect(await proven.line.engine.getCode(bob.address, 'open')).toBe('0x');
    await proven.block([{ to: TEST_USERS[0]!.address }]);
    const bytes = expectProven(proven, 1, 3);
    // By which rules is part of what is proven.
    expect(bytes[0]).toBe(2);
    const pov = decodePov(bytes);
    expect(pov.rules.hardfork).toBe('prague');
    const byOthers = encodePov({ ...pov, rules: { ...pov.rules, hardfork: 'cancun' } });
    expect(() => validatePov(byOthers, {}, povDeps)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
  });

  it('cover chains by the rules of Cancun in the form they had', async () => {
    const proven = await ProvenLine.withContracts({ ...FEES, hardfork: 'cancun' });
    const { block } = await proven.block([
      call(proven, 'writer', 1n, 2n),
      { type: 'eip7702', authorizations: [{ by: 1, address: ADDRESS }] },
      { to: ADDRESS, data: `0x${'01'.repeat(2_000)}`, gas: 53_000n },
    ]);
    expect(block.receipts.map(({ gasUsed }) => gasUsed)).toEqual([expect.any(BigInt), 53_000n]);
    expect(expectProven(proven, 1, 2)[0]).toBe(1);
  });

  it('cover every kind of inbox message', async () => {
    const proven = await ProvenLine.create(FEES);
    const text = stringToHex('Naïve Token');
    const payloads: InboxPayload[] = [
      { kind: 'depositEth', to: ADDRESS, amount: 10n ** 18n },
      { kind: 'depositErc20', l1Token: TOKEN, to: ADDRESS, amount: 5n, name: text, symbol: '0x', decimals: 6 },
      {
        kind: 'depositErc721',
        l1Token: TOKEN,
        to: ADDRESS,
        tokenId: 7n,
        name: text,
        symbol: '0xff00',
        uri: `0x${'61'.repeat(64)}`,
      },
      { kind: 'depositErc1155', l1Token: TOKEN, to: ADDRESS, tokenId: 7n, amount: 2n, uri: `0x${'61'.repeat(33)}` },
      {
        kind: 'registerToken',
        l1Token: TOKEN,
        standard: 2,
        name: text,
        symbol: text,
        decimals: 0,
        owner: ADDRESS,
        royaltyReceiver: ADDRESS,
        royaltyBps: 500,
      },
      { kind: 'forcedTransaction', raw: '0x' },
    ];
    for (const payload of payloads) proven.l1.deliver({ kind: payload.kind, data: encodeInboxPayload(payload) });
    const { block } = await proven.block([{ to: ADDRESS, value: 1n, gas: 21_000n }]);
    expect(block.transactions).toHaveLength(2 + payloads.length);
    proven.l1.deliver({ kind: 'close', data: '0x' });
    await proven.block([{ to: ADDRESS }]);
    await proven.block([]);
    expectProven(proven, 1, 3);
  });

  it('cover what was forced in: executed, or skipped for the same reason', async () => {
    const forced: (SentTransaction | Hex)[] = [
      { to: ADDRESS, value: 1n, gas: 21_000n },
      { to: ADDRESS, value: 1n, gas: 21_000n, nonceOffset: 5 },
      { to: ADDRESS, value: 10n ** 40n, gas: 21_000n, nonceOffset: 1 },
      { to: ADDRESS, gas: 20_999n, type: 'legacy', nonceOffset: 1 },
      { to: ADDRESS, gas: 2_000_001n, nonceOffset: 1 },
      { to: null, data: '0x00', gas: 2_000_000n, type: 'eip2930', nonceOffset: 1 },
      { to: ADDRESS, gas: 21_000n, nonceOffset: 0 },
      '0x02c0',
      '0x03',
      `0x7e${'00'.repeat(40)}`,
      // Nonce 0, price 0, gas 0, to, value, data, v 37 (chain 1), r, s: of another chain before anything else is wrong.
      '0xcc80808001808025 0101'.replaceAll(' ', '') as Hex,
      `0xf8${'00'.repeat(70)}`,
      `0xc9${'c1'.repeat(8)}c0`,
    ];
    const proven = await ProvenLine.create(FEES);
    for (const item of forced) {
      const data = typeof item === 'string' ? item : await proven.sign(item, 0);
      proven.l1.deliver({ kind: 'forcedTransaction', data });
    }
    await proven.block([{ to: ADDRESS, gas: 21_000n }]);
    expectProven(proven, 1, 1);
  });

  it('cover the end of life: the settlement, and addenda after it', async () => {
    const proven = await ProvenLine.create();
    const settlement = (sequence: bigint, data: Hex, gasLimit = 1_000_000n): Hex =>
      encodeSystemTransaction({
        sourceHash: sourceHash(TEST_CHAIN_ID, 'settlement', sequence),
        from: PREDEPLOYS.system,
        to: PREDEPLOYS.settler,
        value: 0n,
        gasLimit,
        data,
      });
    const holders = TEST_USERS.map(({ address }) => ({ account: address, creator: zeroAddress })).sort((a, b) =>
      BigInt(a.account) < BigInt(b.account) ? -1 : 1,
    );
    const native = encodeFunctionData({ abi: settlerAbi, functionName: 'settleNative', args: [holders] });
    const finish = encodeFunctionData({ abi: settlerAbi, functionName: 'finish' });
    await proven.block([{ to: ADDRESS, value: 1n, gas: 21_000n }]);
    proven.l1.deliver({ kind: 'close', data: '0x' });
    await proven.block([]);
    // With less gas than it costs in itself, a transaction of the protocol is a reverted receipt.
    await proven.block([settlement(0n, native, 5_000_000n), settlement(1n, '0x', 20_000n)]);
    await proven.block([settlement(2n, finish)]);
    proven.l1.mine();
    await proven.block([settlement(3n, native), settlement(4n, native)]);
    const blocks = proven.blocks(1, 5);
    expect(blocks.map(({ transactions }) => transactions.length)).toEqual([1, 2, 2, 1, 3]);
    expect(blocks[2]!.receipts.map(({ status }) => status)).toEqual(['success', 'reverted']);
    expect(blocks[2]!.output.outboxRoot).not.toBe(blocks[1]!.output.outboxRoot);
    expectProven(proven, 1, 5);
    expectProven(proven, 5, 5);
  });

  it('cover any chain of blocks', async () => {
    const contractCall = fc.oneof(
      fc.tuple(fc.constant('writer' as const), fc.tuple(fc.bigInt(0n, 9n), fc.bigInt(0n, 2n))),
      fc.tuple(fc.constant('looker' as const), fc.tuple(fc.bigInt(0n, 260n))),
      fc.tuple(
        fc.constant('caller' as const),
        fc.tuple(fc.bigInt(1n, 17n), fc.bigInt(0n, 1n << 255n), fc.bigInt(0n, 40n), fc.bigInt(0n, 40n)),
      ),
      fc.tuple(fc.constant('maker' as const), fc.tuple(fc.bigInt(0n, 3n))),
      fc.tuple(fc.constant('killer' as const), fc.constant([])),
      fc.tuple(fc.constant('reverter' as const), fc.constant([])),
    );
    const sent = fc.record({
      target: fc.oneof(
        { weight: 5, arbitrary: contractCall },
        { weight: 1, arbitrary: fc.constantFrom<Hex>(ADDRESS, TOKEN, PREDEPLOYS.baseFeeVault, PREDEPLOYS.system) },
        { weight: 2, arbitrary: fc.nat(3).map((user) => TEST_USERS[user]!.address) },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
      ),
      from: fc.nat(3),
      value: fc.constantFrom(0n, 1n, 10n ** 18n, 10n ** 30n),
      gas: fc.constantFrom(21_000n, 30_000n, 200_000n, 1_000_000n),
      type: fc.constantFrom('legacy', 'eip2930', 'eip1559', 'eip7702', 'eip7702'),
      authorized: fc.array(
        fc.record({
          by: fc.nat(3),
          name: fc.constantFrom('writer', 'looker', 'caller', 'maker', 'killer', 'reverter', null),
          nonceOffset: fc.constantFrom(0, 0, 0, 1),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      listed: fc.boolean(),
    });
    const block = fc.record({
      transactions: fc.array(sent, { maxLength: 8 }),
      later: fc.constantFrom(0n, 0n, 1n, 12n),
      deposits: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom('prague', 'prague', 'cancun'),
        fc.nat(),
        async (blocks, gasless, hardfork, start) => {
          const proven = await ProvenLine.withContracts({ ...(gasless ? {} : FEES), hardfork });
          for (const { transactions, later, deposits } of blocks) {
            for (let i = 0; i < deposits; i++) {
              const payload = { kind: 'depositEth', to: ADDRESS, amount: BigInt(i + 1) } as const;
              proven.l1.deliver({ kind: payload.kind, data: encodeInboxPayload(payload) });
            }
            await proven.block(
              transactions.map(({ target, listed, authorized, ...fields }) => ({
                ...fields,
                authorizations: authorized.map(({ name, ...rest }) => ({
                  ...rest,
                  address: name === null ? zeroAddress : proven.contract(name),
                })),
                ...(target instanceof Uint8Array
                  ? { to: null, data: `0x${Buffer.from(target).toString('hex')}` as Hex }
                  : typeof target === 'string'
                    ? { to: target }
                    : call(proven, target[0], ...target[1])),
                accessList: listed
                  ? [{ address: proven.contract('writer'), storageKeys: [word(1n), word(2n)] }]
                  : undefined,
              })),
              later,
            );
          }
          const first = 1 + (start % proven.count);
          expectProven(proven, first, Math.min(proven.count, first + 5));
        },
      ),
      { numRuns: 15, seed: 11 },
    );
  });

  it('have one form: decoding and encoding gives the same bytes', async () => {
    const proven = await ProvenLine.withContracts(FEES);
    proven.l1.deliver({ kind: 'close', data: '0x' });
    await proven.block([]);
    const { bytes } = proven.prove(1, 2);
    expect(encodePov(decodePov(bytes))).toEqual(bytes);
  });
});
