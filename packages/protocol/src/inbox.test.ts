import fc from 'fast-check';
import {
  bytesToHex,
  decodeFunctionData,
  encodeAbiParameters,
  getAddress,
  type Hash,
  type Hex,
  keccak256,
  parseAbi,
  parseAbiParameters,
  stringToHex,
} from 'viem';
import { describe, expect, test } from 'vitest';
import { isForced } from './forcedTransaction.ts';
import {
  decodeInboxPayload,
  encodeInboxPayload,
  type InboxPayload,
  messageKindNumber,
  messageKindOf,
  nextAccumulator,
} from './inbox.ts';
import {
  MAX_MESSAGES_PER_BLOCK,
  newestOriginFor,
  originTransactions,
  PROTOCOL_GAS_LIMITS,
} from './originTransactions.ts';
import { PREDEPLOYS } from './predeploys.ts';
import { sourceHash } from './sourceHash.ts';
import type { InboxMessage, L1Origin, SystemTransaction } from './types.ts';

const ZERO: Hash = `0x${'00'.repeat(32)}`;
const SENDER = '0x1111111111111111111111111111111111111111';
const TOKEN = '0x2222222222222222222222222222222222222222';
const origin: L1Origin = { number: 50n, hash: keccak256('0x50'), timestamp: 1_000n };

/** A chain of messages as the inbox would deliver them, from `position` on. */
function messages(
  payloads: InboxPayload[],
  options: { position?: bigint; accumulator?: Hash; l1Block?: (i: number) => bigint } = {},
): InboxMessage[] {
  let accumulator = options.accumulator ?? ZERO;
  return payloads.map((payload, i) => {
    const message = {
      index: (options.position ?? 0n) + BigInt(i),
      kind: payload.kind,
      sender: SENDER,
      l1Block: options.l1Block?.(i) ?? 40n,
      l1Timestamp: 900n,
      data: encodeInboxPayload(payload),
    } as const;
    accumulator = nextAccumulator(accumulator, message);
    return { ...message, accumulator };
  });
}

const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((value) => getAddress(bytesToHex(value)));
const bytes = fc.uint8Array({ maxLength: 70 }).map((value) => bytesToHex(value));
const amount = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });

test('the accumulator is the hash that the inbox contract writes', () => {
  const message = {
    index: 3n,
    kind: 'depositErc20',
    sender: SENDER,
    l1Block: 9n,
    l1Timestamp: 77n,
    data: '0x1234',
  } as const;
  const solidity = parseAbiParameters('bytes32, uint64, uint8, address, uint64, uint64, bytes32');
  expect(nextAccumulator(keccak256('0x99'), message)).toBe(
    keccak256(encodeAbiParameters(solidity, [keccak256('0x99'), 3n, 2, SENDER, 9n, 77n, keccak256('0x1234')])),
  );
});

test('kinds have the numbers of the contract’s enum', () => {
  const kinds = [
    'depositEth',
    'depositErc20',
    'depositErc721',
    'forcedTransaction',
    'close',
    'depositErc1155',
    'registerToken',
  ] as const;
  expect(kinds.map(messageKindNumber)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect([1, 2, 3, 4, 5, 6, 7].map(messageKindOf)).toEqual(kinds);
  for (const number of [0, 8, 255])
    expect(() => messageKindOf(number)).toThrow(expect.objectContaining({ code: 'INBOX_MESSAGE_MALFORMED' }));
});

describe('payloads', () => {
  const payload: fc.Arbitrary<InboxPayload> = fc.oneof(
    fc.record({ kind: fc.constant('depositEth' as const), to: address, amount }),
    fc.record({
      kind: fc.constant('depositErc20' as const),
      l1Token: address,
      to: address,
      amount,
      name: bytes,
      symbol: bytes,
      decimals: fc.nat(255),
    }),
    fc.record({
      kind: fc.constant('depositErc721' as const),
      l1Token: address,
      to: address,
      tokenId: amount,
      name: bytes,
      symbol: bytes,
      uri: bytes,
    }),
    fc.record({ kind: fc.constant('forcedTransaction' as const), raw: bytes }),
    fc.constant({ kind: 'close' as const }),
    fc.record({
      kind: fc.constant('depositErc1155' as const),
      l1Token: address,
      to: address,
      tokenId: amount,
      amount,
      uri: bytes,
    }),
    fc.record({
      kind: fc.constant('registerToken' as const),
      l1Token: address,
      standard: fc.nat(2),
      name: bytes,
      symbol: bytes,
      decimals: fc.nat(255),
      owner: address,
      royaltyReceiver: address,
      royaltyBps: fc.nat(65_535),
    }),
  );

  test('survive encoding, text that is not UTF-8 included', () => {
    fc.assert(
      fc.property(payload, (value) => {
        const decoded = decodeInboxPayload({ kind: value.kind, data: encodeInboxPayload(value) });
        expect(decoded).toEqual(value);
      }),
    );
  });

  test('that cannot be decoded are refused', () => {
    for (const data of ['0x', '0x1234', `0x${'ff'.repeat(64)}`] as Hex[]) {
      expect(() => decodeInboxPayload({ kind: 'depositErc20', data })).toThrow(
        expect.objectContaining({ code: 'INBOX_MESSAGE_MALFORMED' }),
      );
    }
  });
});

describe('originTransactions', () => {
  const abi = parseAbi([
    'function advance(uint64 number, bytes32 hash, uint64 timestamp, uint64 inboxPosition, bytes32 inboxAccumulator)',
    'function enterSettle()',
    'function finaliseErc20(address l1Token, address to, uint256 amount, string name, string symbol, uint8 decimals)',
    'function finaliseErc721(address l1Token, address to, uint256 tokenId, string name, string symbol, string uri)',
  ]);
  const payloads: InboxPayload[] = [
    { kind: 'depositEth', to: SENDER, amount: 5n },
    {
      kind: 'depositErc20',
      l1Token: TOKEN,
      to: SENDER,
      amount: 6n,
      name: stringToHex('Tok'),
      symbol: stringToHex('T'),
      decimals: 6,
    },
    { kind: 'forcedTransaction', raw: '0x1234' },
    {
      kind: 'depositErc721',
      l1Token: TOKEN,
      to: SENDER,
      tokenId: 7n,
      name: stringToHex('Nft'),
      symbol: stringToHex('N'),
      uri: stringToHex('ipfs://7'),
    },
    { kind: 'close' },
  ];

  test('advance the chain state, then carry out each message', () => {
    const inbox = messages(payloads, { position: 4n, accumulator: keccak256('0x04') });
    const list = originTransactions({
      chainId: 9n,
      origin,
      position: 4n,
      accumulator: keccak256('0x04'),
      messages: inbox,
    });
    const forced = list.filter(isForced);
    expect(forced).toEqual([{ inboxIndex: 6n, raw: '0x1234' }]);
    // In the order of the inbox.
    expect(list.indexOf(forced[0]!)).toBe(3);
    const system = list.filter((transaction): transaction is SystemTransaction => !isForced(transaction));
    const calls = system.map(({ to, data }) => ({ to, ...decodeFunctionData({ abi, data }) }));
    expect(calls).toEqual([
      {
        to: PREDEPLOYS.chainState,
        functionName: 'advance',
        args: [50n, origin.hash, 1_000n, 9n, inbox.at(-1)!.accumulator],
      },
      {
        to: PREDEPLOYS.l2Bridge,
        functionName: 'finaliseErc20',
        args: [`0x${'00'.repeat(20)}`, SENDER, 5n, 'Ether', 'ETH', 18],
      },
      { to: PREDEPLOYS.l2Bridge, functionName: 'finaliseErc20', args: [TOKEN, SENDER, 6n, 'Tok', 'T', 6] },
      { to: PREDEPLOYS.l2Bridge, functionName: 'finaliseErc721', args: [TOKEN, SENDER, 7n, 'Nft', 'N', 'ipfs://7'] },
      { to: PREDEPLOYS.chainState, functionName: 'enterSettle', args: undefined },
    ]);
    expect(system.every(({ from, value }) => from === PREDEPLOYS.system && value === 0n)).toBe(true);
    expect(system.map(({ gasLimit }) => gasLimit)).toEqual([
      PROTOCOL_GAS_LIMITS.advance,
      PROTOCOL_GAS_LIMITS.depositEth,
      PROTOCOL_GAS_LIMITS.depositErc20,
      PROTOCOL_GAS_LIMITS.depositErc721,
      PROTOCOL_GAS_LIMITS.close,
    ]);
    const words = (domain: bigint, number: bigint) =>
      keccak256(encodeAbiParameters(parseAbiParameters('uint256, uint256, uint256'), [9n, domain, number]));
    expect(system.map((transaction) => transaction.sourceHash)).toEqual([
      words(0n, 50n),
      words(1n, 4n),
      words(1n, 5n),
      words(1n, 7n),
      words(1n, 8n),
    ]);
    expect(sourceHash(9n, 'settlement', 1n)).toBe(words(2n, 1n));
  });

  test('without messages only advance', () => {
    const list = originTransactions({
      chainId: 9n,
      origin,
      position: 3n,
      accumulator: keccak256('0x03'),
      messages: [],
    });
    expect(
      list.map((transaction) => !isForced(transaction) && decodeFunctionData({ abi, data: transaction.data }).args),
    ).toEqual([[50n, origin.hash, 1_000n, 3n, keccak256('0x03')]]);
  });

  test('refuse messages that do not follow', () => {
    const inbox = messages(payloads);
    const run = (list: InboxMessage[], position = 0n, accumulator = ZERO) =>
      originTransactions({ chainId: 9n, origin, position, accumulator, messages: list });
    const refused = expect.objectContaining({ code: 'INBOX_MESSAGES_NOT_CONTIGUOUS' });
    expect(() => run(inbox.slice(1))).toThrow(refused);
    expect(() => run([inbox[0]!, inbox[2]!])).toThrow(refused);
    expect(() => run(inbox, 0n, keccak256('0x01'))).toThrow(refused);
    expect(() => run([{ ...inbox[0]!, data: '0x' }])).toThrow(refused);
    expect(() => run(messages(payloads, { l1Block: () => 51n }))).toThrow(refused);
  });

  test('take at most 64 messages; the newest origin that fits never splits an L1 block', () => {
    const deposits = (count: number) => Array.from({ length: count }, () => payloads[0]!);
    const full = messages(deposits(64));
    expect(originTransactions({ chainId: 9n, origin, position: 0n, accumulator: ZERO, messages: full })).toHaveLength(
      65,
    );
    expect(() =>
      originTransactions({ chainId: 9n, origin, position: 0n, accumulator: ZERO, messages: messages(deposits(65)) }),
    ).toThrow(expect.objectContaining({ code: 'TOO_MANY_MESSAGES' }));

    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: MAX_MESSAGES_PER_BLOCK }), { minLength: 1, maxLength: 12 }),
        (counts) => {
          const blocks = counts.flatMap((count, block) => Array.from({ length: count }, () => BigInt(block + 1)));
          const inbox = messages(deposits(blocks.length), { l1Block: (i) => blocks[i]! });
          const newest = newestOriginFor(BigInt(counts.length), inbox);
          const taken = inbox.filter((message) => message.l1Block <= newest);
          expect(taken.length).toBeLessThanOrEqual(MAX_MESSAGES_PER_BLOCK);
          // Progress: as long as anything is unread, something is taken, and one more L1 block would be too much.
          if (inbox.length > 0) expect(taken.length).toBeGreaterThan(0);
          if (newest < BigInt(counts.length)) {
            expect(inbox.filter((message) => message.l1Block <= newest + 1n).length).toBeGreaterThan(
              MAX_MESSAGES_PER_BLOCK,
            );
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
