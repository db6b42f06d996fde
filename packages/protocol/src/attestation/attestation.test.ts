import fc from 'fast-check';
import { concatHex, encodeAbiParameters, keccak256, parseAbiParameters, toBytes, toHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { decodeEchoResponse, decodeEchoTask, echoResponseDigest, encodeEchoResponse, encodeEchoTask } from './echo.ts';
import { decodeG1, decodeG2, encodeG1, encodeG2 } from './points.ts';
import { pubkeyRegistrationDigest } from './registration.ts';

const word = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((value) => toHex(value));
const uint32 = fc.nat(2 ** 32 - 1);
const ADDRESS = `0x${'11'.repeat(20)}` as const;

describe('points in JSON', () => {
  it('come back as they were, the imaginary part first', () => {
    fc.assert(
      fc.property(word, word, word, word, (a, b, c, d) => {
        expect(decodeG1(encodeG1({ X: a, Y: b }))).toEqual({ X: a, Y: b });
        const g2 = { X: [a, b], Y: [c, d] } as { X: [bigint, bigint]; Y: [bigint, bigint] };
        expect(decodeG2(encodeG2(g2))).toEqual(g2);
      }),
    );
    expect(encodeG2({ X: [1n, 2n], Y: [3n, 4n] }).x[0]).toBe(toHex(1n, { size: 32 }));
  });

  it.each(['0x1', '1', `0x${'g'.repeat(64)}`, `0x${'0'.repeat(65)}`, 5, null])('refuses %s as a coordinate', (x) => {
    const good = toHex(1n, { size: 32 });
    expect(() => decodeG1({ x: x as never, y: good })).toThrow(
      expect.objectContaining({ code: 'ATTESTATION_MALFORMED' }),
    );
    expect(() => decodeG2({ x: [good, good], y: [good, x as never] })).toThrow(/32 bytes/);
  });
});

describe('echo tasks and answers', () => {
  it('are encoded as Solidity encodes the structs, and come back', () => {
    const task = {
      payload: '0xabcd',
      taskCreatedBlock: 7,
      quorumNumbers: '0x0001',
      quorumThresholdPercentage: 67,
    } as const;
    const byHand = encodeAbiParameters(parseAbiParameters('(bytes,uint32,bytes,uint32)'), [
      ['0xabcd', 7, '0x0001', 67],
    ]);
    expect(encodeEchoTask(task)).toBe(byHand);
    fc.assert(
      fc.property(bytes(1_024), uint32, bytes(16), uint32, (payload, taskCreatedBlock, quorumNumbers, percentage) => {
        const any = { payload, taskCreatedBlock, quorumNumbers, quorumThresholdPercentage: percentage };
        expect(decodeEchoTask(encodeEchoTask(any))).toEqual(any);
      }),
    );
    fc.assert(
      fc.property(uint32, word, (referenceTaskIndex, echo) => {
        const any = { referenceTaskIndex, echo: toHex(echo, { size: 32 }) };
        expect(decodeEchoResponse(encodeEchoResponse(any))).toEqual(any);
      }),
    );
  });

  it('have one encoding: other bytes for the same answer are refused', () => {
    const good = encodeEchoResponse({ referenceTaskIndex: 3, echo: keccak256('0x') });
    for (const bad of [
      concatHex([good, '0x00']),
      concatHex([good, good]),
      good.slice(0, -2) as `0x${string}`,
      '0x' as const,
    ])
      expect(() => decodeEchoResponse(bad)).toThrow(expect.objectContaining({ code: 'ATTESTATION_MALFORMED' }));
    // Higher bits of the index, which a lenient decoder would drop.
    const dirty = `0x01${good.slice(4)}` as const;
    expect(() => decodeEchoResponse(dirty)).toThrow();
    expect(decodeEchoResponse(good.toUpperCase().replace('0X', '0x') as `0x${string}`).referenceTaskIndex).toBe(3);
  });

  it('never decode garbage to something else than was encoded', () => {
    fc.assert(
      fc.property(bytes(200), (garbage) => {
        for (const [decode, encode] of [
          [decodeEchoTask, encodeEchoTask],
          [decodeEchoResponse, encodeEchoResponse],
        ] as const) {
          try {
            expect(encode(decode(garbage) as never)).toBe(garbage);
          } catch (error) {
            expect(error).toMatchObject({ code: 'ATTESTATION_MALFORMED' });
          }
        }
      }),
    );
  });
});

it('digests bind chain, contract, task and answer', () => {
  const base = { referenceTaskIndex: 1, echo: keccak256('0x01') };
  const digest = echoResponseDigest(900n, ADDRESS, base);
  const typehash = keccak256(
    toBytes('TephraEchoResponse(uint256 chainId,address taskManager,uint32 taskIndex,bytes32 echo)'),
  );
  const byHand = encodeAbiParameters(parseAbiParameters('bytes32,uint256,address,uint32,bytes32'), [
    typehash,
    900n,
    ADDRESS,
    1,
    base.echo,
  ]);
  expect(digest).toBe(keccak256(byHand));
  const others = [
    echoResponseDigest(901n, ADDRESS, base),
    echoResponseDigest(900n, `0x${'12'.repeat(20)}`, base),
    echoResponseDigest(900n, ADDRESS, { ...base, referenceTaskIndex: 2 }),
    echoResponseDigest(900n, ADDRESS, { ...base, echo: keccak256('0x02') }),
  ];
  expect(new Set([digest, ...others]).size).toBe(5);
});

it('a proof of possession is good for one operator of one AVS on one chain', () => {
  const digest = pubkeyRegistrationDigest(900n, ADDRESS, ADDRESS);
  const domain = keccak256(
    encodeAbiParameters(parseAbiParameters('bytes32,bytes32,bytes32,uint256,address'), [
      keccak256(toBytes('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)')),
      keccak256(toBytes('AVSRegistryCoordinator')),
      keccak256(toBytes('v0.0.1')),
      900n,
      ADDRESS,
    ]),
  );
  const struct = keccak256(
    encodeAbiParameters(parseAbiParameters('bytes32,address'), [
      keccak256(toBytes('BN254PubkeyRegistration(address operator)')),
      ADDRESS,
    ]),
  );
  expect(digest).toBe(keccak256(concatHex(['0x1901', domain, struct])));
  expect(pubkeyRegistrationDigest(901n, ADDRESS, ADDRESS)).not.toBe(digest);
});
