import { settlerAbi } from '@tephra/l1';
import {
  encodeInboxPayload,
  encodeSystemTransaction,
  type GenesisConfig,
  type InboxPayload,
  PREDEPLOYS,
  sourceHash,
} from '@tephra/protocol';
import fc from 'fast-check';
import { concatHex, encodeFunctionData, type Hex, numberToHex, stringToHex, toRlp, zeroAddress } from 'viem';
import { TEST_CHAIN_ID, TEST_USERS } from '../producer/testing.ts';
import { type ContractName, ProvenLine, type SentTransaction, word } from './testing.ts';

/** Lines of blocks that have all that a block can have: what proofs of validity and claims in disputes must cover. */

/** Somebody without a key. */
export const NOBODY: Hex = `0x${'a1'.repeat(20)}`;
const TOKEN: Hex = `0x${'70'.repeat(20)}`;
/** Of a chain whose users pay. */
export const FEES: Partial<GenesisConfig> = { gasless: false, minBaseFee: 5n, dataFeePerByte: 3n };

const call = (proven: ProvenLine, name: ContractName, ...words: bigint[]): SentTransaction => ({
  to: proven.contract(name),
  data: words.length === 0 ? '0x' : concatHex(words.map(word)),
});

/** Deployments, storage, logs, history, precompiled contracts, self-destruction; 4 blocks. */
export async function contractsLine(): Promise<ProvenLine> {
  const proven = await ProvenLine.withContracts(FEES);
  await proven.block([
    call(proven, 'writer', 1n, 2n),
    call(proven, 'writer', 2n, 3n),
    { ...call(proven, 'maker', 5n), value: 9n },
    call(proven, 'looker', 1n),
    call(proven, 'reverter'),
  ]);
  await proven.block([
    call(proven, 'writer', 1n, 0n),
    call(proven, 'looker', 3n),
    call(proven, 'killer'),
    { ...call(proven, 'maker', 5n), gas: 90_000n },
    ...Array.from({ length: 10 }, (_, i) => call(proven, 'caller', BigInt(i + 1), 1n, 2n)),
  ]);
  await proven.block([call(proven, 'writer', 2n, 0n), { to: NOBODY, value: 5n, gas: 21_000n }], 12n);
  return proven;
}

/** Accounts that stand for others, and the contracts of Prague; 3 blocks. */
export async function pragueLine(): Promise<ProvenLine> {
  const proven = await ProvenLine.withContracts(FEES);
  const [, bob, carol] = TEST_USERS as [unknown, { address: Hex }, { address: Hex }];
  const writer = proven.contract('writer');
  await proven.block([
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
    { to: NOBODY, data: `0x${'01'.repeat(2_000)}`, gas: 101_000n },
    { to: NOBODY, data: `0x${'01'.repeat(2_000)}`, gas: 100_999n },
    ...Array.from({ length: 7 }, (_, i) => call(proven, 'caller', BigInt(11 + i), 0n, 0n)),
  ]);
  await proven.block([{ to: TEST_USERS[0]!.address }]);
  return proven;
}

/** By the rules of Cancun; 2 blocks. */
export async function cancunLine(): Promise<ProvenLine> {
  const proven = await ProvenLine.withContracts({ ...FEES, hardfork: 'cancun' });
  await proven.block([
    call(proven, 'writer', 1n, 2n),
    { type: 'eip7702', authorizations: [{ by: 1, address: NOBODY }] },
    { to: NOBODY, data: `0x${'01'.repeat(2_000)}`, gas: 53_000n },
  ]);
  return proven;
}

const TEXT = stringToHex('Naïve Token');
/** One of each kind but `close`. */
const PAYLOADS: InboxPayload[] = [
  { kind: 'depositEth', to: NOBODY, amount: 10n ** 18n },
  { kind: 'depositErc20', l1Token: TOKEN, to: NOBODY, amount: 5n, name: TEXT, symbol: '0x', decimals: 6 },
  {
    kind: 'depositErc721',
    l1Token: TOKEN,
    to: NOBODY,
    tokenId: 7n,
    name: TEXT,
    symbol: '0xff00',
    uri: `0x${'61'.repeat(64)}`,
  },
  { kind: 'depositErc1155', l1Token: TOKEN, to: NOBODY, tokenId: 7n, amount: 2n, uri: `0x${'61'.repeat(33)}` },
  {
    kind: 'registerToken',
    l1Token: TOKEN,
    standard: 2,
    name: TEXT,
    symbol: TEXT,
    decimals: 0,
    owner: NOBODY,
    royaltyReceiver: NOBODY,
    royaltyBps: 500,
  },
  { kind: 'forcedTransaction', raw: '0x' },
];

/** Every kind of inbox message; 3 blocks, of which the first has all but the last. */
export async function inboxLine(): Promise<ProvenLine> {
  const proven = await ProvenLine.create(FEES);
  for (const payload of PAYLOADS) proven.l1.deliver({ kind: payload.kind, data: encodeInboxPayload(payload) });
  await proven.block([{ to: NOBODY, value: 1n, gas: 21_000n }]);
  proven.l1.deliver({ kind: 'close', data: '0x' });
  await proven.block([{ to: NOBODY }]);
  await proven.block([]);
  return proven;
}

const FORCED: (SentTransaction | Hex)[] = [
  { to: NOBODY, value: 1n, gas: 21_000n },
  { to: NOBODY, value: 1n, gas: 21_000n, nonceOffset: 5 },
  { to: NOBODY, value: 10n ** 40n, gas: 21_000n, nonceOffset: 1 },
  { to: NOBODY, gas: 20_999n, type: 'legacy', nonceOffset: 1 },
  { to: NOBODY, gas: 2_000_001n, nonceOffset: 1 },
  { to: null, data: '0x00', gas: 2_000_000n, type: 'eip2930', nonceOffset: 1 },
  { to: NOBODY, gas: 21_000n, nonceOffset: 0 },
  '0x02c0',
  '0x03',
  `0x7e${'00'.repeat(40)}`,
  // Nonce 0, price 0, gas 0, to, value, data, v 37 (chain 1), r, s: of another chain before anything else is wrong.
  '0xcc808080018080250101',
  `0xf8${'00'.repeat(70)}`,
  `0xc9${'c1'.repeat(8)}c0`,
];

/** What was forced in: executed, or skipped for each of the reasons; one block. */
export async function forcedLine(): Promise<ProvenLine> {
  const proven = await ProvenLine.create(FEES);
  for (const item of FORCED) {
    const data = typeof item === 'string' ? item : await proven.sign(item, 0);
    proven.l1.deliver({ kind: 'forcedTransaction', data });
  }
  await proven.block([{ to: NOBODY, gas: 21_000n }]);
  return proven;
}

/** A transaction of the settlement. */
export const settlement = (sequence: bigint, data: Hex, gasLimit = 1_000_000n): Hex =>
  encodeSystemTransaction({
    sourceHash: sourceHash(TEST_CHAIN_ID, 'settlement', sequence),
    from: PREDEPLOYS.system,
    to: PREDEPLOYS.settler,
    value: 0n,
    gasLimit,
    data,
  });

/** The end of life: the settlement, and an addendum after it; 5 blocks. */
export async function settledLine(): Promise<ProvenLine> {
  const proven = await ProvenLine.create();
  const holders = TEST_USERS.map(({ address }) => ({ account: address, creator: zeroAddress })).sort((a, b) =>
    BigInt(a.account) < BigInt(b.account) ? -1 : 1,
  );
  const native = encodeFunctionData({ abi: settlerAbi, functionName: 'settleNative', args: [holders] });
  const finish = encodeFunctionData({ abi: settlerAbi, functionName: 'finish' });
  await proven.block([{ to: NOBODY, value: 1n, gas: 21_000n }]);
  proven.l1.deliver({ kind: 'close', data: '0x' });
  await proven.block([]);
  // With less gas than it costs in itself, a transaction of the protocol is a reverted receipt.
  await proven.block([settlement(0n, native, 5_000_000n), settlement(1n, '0x', 20_000n)]);
  await proven.block([settlement(2n, finish)]);
  proven.l1.mine();
  await proven.block([settlement(3n, native), settlement(4n, native)]);
  return proven;
}

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
    { weight: 1, arbitrary: fc.constantFrom<Hex>(NOBODY, TOKEN, PREDEPLOYS.baseFeeVault, PREDEPLOYS.system) },
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

/** What {@link anyLine} makes a line of. */
export const anyBlocks = fc.tuple(
  fc.array(block, { minLength: 1, maxLength: 6 }),
  fc.boolean(),
  fc.constantFrom('prague', 'prague', 'cancun'),
);

/** A line whose first block has the contracts of the tests, and others that are as they come. */
export async function anyLine([blocks, gasless, hardfork]: typeof anyBlocks extends fc.Arbitrary<infer T>
  ? T
  : never): Promise<ProvenLine> {
  const proven = await ProvenLine.withContracts({ ...(gasless ? {} : FEES), hardfork });
  for (const { transactions, later, deposits } of blocks) {
    for (let i = 0; i < deposits; i++) {
      const payload = { kind: 'depositEth', to: NOBODY, amount: BigInt(i + 1) } as const;
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
        accessList: listed ? [{ address: proven.contract('writer'), storageKeys: [word(1n), word(2n)] }] : undefined,
      })),
      later,
    );
  }
  return proven;
}

/** The shortest creation: its signature is 1 and `s`, so that some account that nobody chose has signed it. */
const tiny = (s: number): Hex =>
  toRlp(['0x', '0x', '0xcf08', '0x', '0x', '0x', numberToHex(TEST_CHAIN_ID * 2n + 35n), '0x01', numberToHex(s)]);

/** Transactions so short that the tries hold them inside of branches, among others; 3 blocks. */
export async function tinyLine(): Promise<ProvenLine> {
  const proven = await ProvenLine.create();
  await proven.block([tiny(1)]);
  await proven.block([tiny(2), { to: NOBODY, gas: 21_000n }, tiny(3), tiny(4)]);
  proven.l1.deliver({ kind: 'forcedTransaction', data: tiny(5) });
  // This one is executed already: what is skipped leaves no short leaf behind.
  proven.l1.deliver({ kind: 'forcedTransaction', data: tiny(5) });
  await proven.block(Array.from({ length: 20 }, (_, i) => tiny(6 + i)));
  return proven;
}
