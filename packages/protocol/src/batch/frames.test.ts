import fc from 'fast-check';
import { bytesToHex, type Hex, hexToBytes, parseGwei, serializeTransaction, type TransactionSerializable } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, test } from 'vitest';
import { PREDEPLOYS } from '../predeploys.ts';
import { encodeSystemTransaction } from '../systemTransaction.ts';
import type { BlockContent } from '../types.ts';
import { BatchError } from './batchError.ts';
import { encodeBody } from './body.ts';
import { ByteWriter } from './bytes.ts';
import { decodeFrames } from './decodeFrames.ts';
import { encodeFrames } from './encodeFrames.ts';
import { MAX_FRAME_BYTES } from './limits.ts';
import { lzCompress } from './lz.ts';
import { anyBlocks, noise } from './testing.ts';
import { splitTransaction } from './transactionParts.ts';

function block(number: bigint, transactions: Hex[]): BlockContent {
  return { number, timestamp: 1_700_000_000n + number, l1OriginNumber: 5n, transactions };
}

describe('frames', () => {
  test('give back the blocks, whatever the frame size', () => {
    fc.assert(
      fc.property(anyBlocks, fc.integer({ min: 120, max: 2000 }), (input, limit) => {
        const frames = encodeFrames(input, limit);
        for (const frame of frames) expect((frame.length - 2) / 2).toBeLessThanOrEqual(limit);
        expect(decodeFrames(frames)).toEqual(input);
        expect(encodeFrames(input, limit)).toEqual(frames);
      }),
      { numRuns: 80 },
    );
  });

  test('carry really signed transactions in columns, not as opaque bytes', async () => {
    const account = privateKeyToAccount(`0x${'11'.repeat(32)}`);
    const fields = { chainId: 7, nonce: 3, gas: 21_000n, to: account.address, value: 1n };
    const raws = [
      await account.signTransaction({ type: 'legacy', gasPrice: parseGwei('1'), ...fields }),
      await account.signTransaction({ type: 'legacy', gasPrice: 0n, ...fields, chainId: undefined }),
      await account.signTransaction({ type: 'eip2930', gasPrice: 5n, accessList: [], ...fields }),
      await account.signTransaction({
        type: 'eip1559',
        maxFeePerGas: 9n,
        maxPriorityFeePerGas: 0n,
        ...fields,
        to: null,
      }),
      await account.signTransaction({
        type: 'eip7702',
        maxFeePerGas: 9n,
        maxPriorityFeePerGas: 1n,
        ...fields,
        authorizationList: [
          await account.signAuthorization({ chainId: 0, nonce: 4, address: account.address }),
          await account.signAuthorization({ chainId: 7, nonce: 0, address: PREDEPLOYS.settler }),
        ],
      }),
    ];
    expect(raws.map((raw) => splitTransaction(hexToBytes(raw)).kind)).toEqual([3, 0, 1, 2, 4]);
    expect(decodeFrames(encodeFrames([block(1n, raws)]))).toEqual([block(1n, raws)]);
  });

  test('hold a transaction larger than a frame', () => {
    const big = bytesToHex(noise(98_304));
    const input = [block(9n, ['0x01', big, '0x02']), block(10n, []), block(11n, [big, big])];
    const frames = encodeFrames(input);
    expect(frames.length).toBeGreaterThan(4);
    expect(frames.every((frame) => (frame.length - 2) / 2 <= MAX_FRAME_BYTES)).toBe(true);
    expect(decodeFrames(frames, { firstBlock: 9n, lastBlock: 11n })).toEqual(input);
  });

  test('end where they would have more blocks or transactions than a dispute reads', () => {
    const idle = Array.from({ length: 5_000 }, (_, i) => block(BigInt(i + 1), []));
    const busy = [block(1n, new Array<Hex>(4_500).fill('0x07'))];
    for (const input of [idle, busy]) {
      const frames = encodeFrames(input);
      expect(frames.length).toBe(2);
      expect(decodeFrames(frames)).toEqual(input);
    }
  });

  test('end where their decoded body would be too large for the L1', () => {
    const zeros = bytesToHex(new Uint8Array(98_304));
    const input = [
      block(
        1n,
        Array.from({ length: 9 }, () => zeros),
      ),
    ];
    const frames = encodeFrames(input);
    expect(frames.length).toBe(5);
    expect(decodeFrames(frames)).toEqual(input);
  });

  test('of empty blocks cost next to nothing', () => {
    const input = Array.from({ length: 512 }, (_, i) => block(BigInt(i + 1), []));
    const frames = encodeFrames(input);
    expect(frames).toHaveLength(1);
    expect(frames[0]!.length / 2).toBeLessThan(60);
  });

  test('refuse blocks that cannot be', () => {
    expect(() => encodeFrames([block(1n, []), block(3n, [])])).toThrow(
      expect.objectContaining({ code: 'BLOCK_INVALID', blockNumber: 3n }),
    );
    expect(() => encodeFrames([block(1n, [bytesToHex(new Uint8Array(98_305))])])).toThrow(
      expect.objectContaining({ code: 'BLOCK_INVALID', blockNumber: 1n }),
    );
  });
});

describe('a damaged batch', () => {
  const input = [
    block(20n, ['0x01']),
    block(21n, [bytesToHex(noise(40_000))]),
    block(22n, [bytesToHex(noise(60_000, 2))]),
  ];
  const frames = encodeFrames(input);
  const range = { firstBlock: 20n, lastBlock: 22n };
  const codeOf = (run: () => unknown): { code: string; blockNumber: bigint | null } | null => {
    try {
      run();
      return null;
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      return { code: error.code, blockNumber: error.blockNumber };
    }
  };

  test('is refused by what is wrong and the block where', () => {
    expect(frames.length).toBe(2);
    expect(codeOf(() => decodeFrames([frames[1]!], range))).toEqual({ code: 'FRAME_OUT_OF_ORDER', blockNumber: 20n });
    expect(codeOf(() => decodeFrames([frames[0]!], range))).toMatchObject({ code: 'BATCH_INCOMPLETE' });
    expect(codeOf(() => decodeFrames([frames[0]!, frames[0]!], range))).toMatchObject({ code: 'FRAME_OUT_OF_ORDER' });
    expect(codeOf(() => decodeFrames(frames, { firstBlock: 20n, lastBlock: 21n }))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    expect(codeOf(() => decodeFrames(frames, { firstBlock: 20n, lastBlock: 23n }))).toEqual({
      code: 'BATCH_INCOMPLETE',
      blockNumber: 23n,
    });
    expect(codeOf(() => decodeFrames(frames, { firstBlock: 19n, lastBlock: 22n }))).toEqual({
      code: 'FRAME_OUT_OF_ORDER',
      blockNumber: 19n,
    });
    expect(codeOf(() => decodeFrames([`0x02${frames[0]!.slice(4)}`], range))).toEqual({
      code: 'FRAME_VERSION',
      blockNumber: 20n,
    });
    expect(codeOf(() => decodeFrames([`${frames[0]!}00`], range))).toMatchObject({ blockNumber: 20n });
    expect(codeOf(() => decodeFrames([bytesToHex(new Uint8Array(65_537))], range))).toEqual({
      code: 'FRAME_TOO_LARGE',
      blockNumber: 20n,
    });
    expect(codeOf(() => decodeFrames([], range))).toEqual({ code: 'BATCH_INCOMPLETE', blockNumber: 20n });
    expect(
      codeOf(() =>
        decodeFrames(
          Array.from({ length: 300 }, () => frames[0]!),
          range,
        ),
      ),
    ).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  test('that claims a huge body is refused before anything is allocated', () => {
    // Version, block 1, body of 256 KiB and a byte, code of 1 byte.
    expect(codeOf(() => decodeFrames(['0x010181801001000000']))).toEqual({ code: 'LIMIT_EXCEEDED', blockNumber: 1n });
    // The same with a body of 2^48 bytes.
    expect(codeOf(() => decodeFrames(['0x0101808080808080400100']))).toEqual({
      code: 'LIMIT_EXCEEDED',
      blockNumber: 1n,
    });
  });

  test('of sound LZ code around nonsense columns is refused or decodes, and nothing else', () => {
    const key: Hex = `0x${'07'.repeat(32)}`;
    const transactions = [0, 1, 2, 3].map((i) =>
      serializeTransaction(
        {
          type: i % 2 ? 'eip2930' : 'eip1559',
          chainId: 9,
          nonce: i,
          gas: 21_000n + BigInt(i),
          ...(i % 2 ? { gasPrice: 7n } : { maxFeePerGas: 4n }),
          to: i === 3 ? undefined : PREDEPLOYS.faucet,
          data: `0x01020304${'05'.repeat(i)}`,
          accessList: [{ address: PREDEPLOYS.outbox, storageKeys: [key] }],
        } as TransactionSerializable,
        { r: key, s: key, yParity: i % 2 },
      ),
    );
    const content = {
      continuesBlock: false,
      blockGoesOn: false,
      transactionGoesOn: false,
      blocks: [
        { timestamp: 5n, l1OriginNumber: 6n, transactions: 3 },
        { timestamp: 5n, l1OriginNumber: 6n, transactions: 1 },
      ],
      carry: new Uint8Array(0),
      transactions: transactions.map((raw) => splitTransaction(hexToBytes(raw))),
    };
    const { body, signatures } = encodeBody(content);
    const frameOf = (columns: Uint8Array) => {
      const code = lzCompress(columns);
      const output = new ByteWriter();
      for (const part of [1, 1, columns.length, code.length]) output.varint(part);
      output.bytes(code);
      output.bytes(signatures);
      return bytesToHex(output.finish());
    };
    expect(decodeFrames([frameOf(body)]).flatMap((decoded) => decoded.transactions)).toEqual(transactions);
    const outcomes = { refused: 0, decoded: 0 };
    fc.assert(
      fc.property(
        fc.nat(body.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.option(fc.nat(body.length), { nil: undefined, freq: 5 }),
        (at, change, cut) => {
          const bytes = body.slice(0, cut ?? body.length);
          if (at < bytes.length) bytes[at]! ^= change;
          if (codeOf(() => decodeFrames([frameOf(bytes)]))) outcomes.refused++;
          else outcomes.decoded++;
        },
      ),
      { numRuns: 1500 },
    );
    // Both happen: some bytes are values, others structure.
    expect(outcomes.refused).toBeGreaterThan(100);
    expect(outcomes.decoded).toBeGreaterThan(100);
  });

  test('never makes the decoder throw anything but BatchError', () => {
    const signed = encodeFrames([
      block(1n, [
        serializeTransaction(
          {
            type: 'eip1559',
            chainId: 9,
            nonce: 1,
            gas: 5n,
            maxFeePerGas: 4n,
            to: PREDEPLOYS.faucet,
            data: '0x0102030405060708',
            accessList: [{ address: PREDEPLOYS.outbox, storageKeys: [`0x${'01'.repeat(32)}`] }],
          },
          { r: `0x${'12'.repeat(32)}`, s: `0x${'34'.repeat(32)}`, yParity: 1 },
        ),
        encodeSystemTransaction({
          sourceHash: `0x${'01'.repeat(32)}`,
          from: PREDEPLOYS.system,
          to: PREDEPLOYS.settler,
          value: 0n,
          gasLimit: 7n,
          data: '0x01',
        }),
      ]),
    ]).map((frame) => hexToBytes(frame))[0]!;
    fc.assert(
      fc.property(fc.nat(8 * signed.length - 1), fc.nat(signed.length), fc.boolean(), (bit, cut, truncate) => {
        const bytes = signed.slice(0, truncate ? cut : signed.length);
        if (!truncate) bytes[bit >> 3]! ^= 1 << (bit & 7);
        codeOf(() => decodeFrames([bytesToHex(bytes)]));
      }),
      { numRuns: 800 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        codeOf(() => decodeFrames([bytesToHex(bytes)]));
      }),
      { numRuns: 500 },
    );
  });
});
