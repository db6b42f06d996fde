import fc from 'fast-check';
import { hexToBytes } from 'viem';
import { describe, expect, test } from 'vitest';
import { LzError, lzCompress, lzDecompress } from './lz.ts';

/** LZ4 block decoder written from the format's description alone, byte by byte; the oracle of these tests. */
function referenceDecode(code: Uint8Array): number[] {
  const output: number[] = [];
  let i = 0;
  while (i < code.length) {
    const token = code[i++]!;
    let literals = token >> 4;
    if (literals === 15) {
      while (code[i] === 255) literals += code[i++]!;
      literals += code[i++]!;
    }
    for (let n = 0; n < literals; n++) output.push(code[i++]!);
    if (i === code.length) break;
    const offset = code[i]! + 256 * code[i + 1]!;
    i += 2;
    let length = (token & 15) + 4;
    if (length === 19) {
      while (code[i] === 255) length += code[i++]!;
      length += code[i++]!;
    }
    for (let n = 0; n < length; n++) output.push(output[output.length - offset]!);
  }
  return output;
}

const repetitive = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 60 })), { maxLength: 20 })
  .map(
    (pieces) =>
      new Uint8Array(pieces.flatMap(([piece, times]) => Array.from({ length: times }, () => [...piece]).flat())),
  );

describe('lzCompress', () => {
  test.each([
    ['0x', '0x00'],
    ['0x61', '0x1061'],
    [`0x${'00'.repeat(32)}`, '0x1f00010007500000000000'],
    [`0x${'0102'.repeat(10)}`, '0x2901020200500201020102'],
  ] as const)('of %s is %s', (input, code) => {
    expect(`0x${Buffer.from(lzCompress(hexToBytes(input))).toString('hex')}`).toBe(code);
  });

  test('gives back what went in, to this decoder and to an independent one', () => {
    fc.assert(
      fc.property(fc.oneof(repetitive, fc.uint8Array({ maxLength: 2000 })), (input) => {
        const code = lzCompress(input);
        expect(lzDecompress(code, input.length)).toEqual(input);
        expect(referenceDecode(code)).toEqual([...input]);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps offsets within 65,535', () => {
    const far = new Uint8Array(140_000);
    const noise = (i: number) => Math.imul(Math.imul(i, i) + 7, 0x9e3779b1) >>> 24;
    for (let i = 0; i < 70_000; i++) far[i] = far[i + 70_000] = noise(i);
    expect(lzDecompress(lzCompress(far), far.length)).toEqual(far);
  });

  test('shrinks a megabyte of zeros to 1/250', () => {
    expect(lzCompress(new Uint8Array(1_048_576)).length).toBeLessThan(4_200);
  });
});

describe('lzDecompress', () => {
  test.each([
    ['no bytes', '0x', 0, 'TRUNCATED'],
    ['a literal missing', '0x2061', 2, 'TRUNCATED'],
    ['an offset missing', '0x106101', 9, 'TRUNCATED'],
    ['an end right after a match', '0x10610100', 5, 'TRUNCATED'],
    ['an end with a match length in its token', '0x1161', 1, 'TRUNCATED'],
    ['an extension missing', '0xf0', 20, 'TRUNCATED'],
    ['offset 0', '0x106100001061', 6, 'BAD_OFFSET'],
    ['an offset before the start', '0x106102001061', 6, 'BAD_OFFSET'],
    ['more output than said', '0x2061620000', 1, 'OUTPUT_TOO_LONG'],
    ['a match beyond the end', '0x1f610100ff001061', 20, 'OUTPUT_TOO_LONG'],
    ['less output than said', '0x1061', 2, 'OUTPUT_TOO_SHORT'],
  ] as const)('refuses %s', (_, code, length, fault) => {
    expect(() => lzDecompress(hexToBytes(code), length)).toThrow(expect.objectContaining({ fault }));
  });

  test('throws nothing but LzError on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 5000 }), (code, length) => {
        try {
          expect(lzDecompress(code, length).length).toBe(length);
        } catch (error) {
          expect(error).toBeInstanceOf(LzError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
