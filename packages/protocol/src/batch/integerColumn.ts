import { CodecFault } from './batchError.ts';
import { type ByteReader, ByteWriter } from './bytes.ts';
import { lzCompress } from './lz.ts';

const PLAIN = 0;
const DELTA = 1;
const DICTIONARY = 2;

/** Writes the numbers in whichever mode (README.md, "Body") makes the smallest code. */
export function writeIntegers(output: ByteWriter, numbers: bigint[]): void {
  if (numbers.length === 0) return;
  const plain = encodePlain(numbers);
  if (numbers.length === 1) {
    output.bytes(plain);
    return;
  }
  const candidates = [plain, encodeDelta(numbers), encodeDictionary(numbers)];
  let best = plain;
  let bestSize = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const size = lzCompress(candidate).length;
    if (size < bestSize) {
      best = candidate;
      bestSize = size;
    }
  }
  output.bytes(best);
}

/** @throws CodecFault */
export function readIntegers(input: ByteReader, count: number): bigint[] {
  if (count === 0) return [];
  const mode = input.byte();
  // Every number takes a byte or more, so nothing is allocated for a count that the input does not hold.
  if (count > input.remaining) throw new CodecFault('ends too early');
  const numbers = new Array<bigint>(count);
  switch (mode) {
    case PLAIN:
      for (let i = 0; i < count; i++) numbers[i] = input.varint();
      return numbers;
    case DELTA: {
      let previous = 0n;
      for (let i = 0; i < count; i++) {
        const code = input.varint();
        previous += code % 2n === 0n ? code / 2n : -(code + 1n) / 2n;
        if (previous < 0n || previous >= TOO_LARGE) throw new CodecFault('number leaves its range');
        numbers[i] = previous;
      }
      return numbers;
    }
    case DICTIONARY: {
      const size = input.count(count, 'dictionary');
      const values: bigint[] = [];
      for (let i = 0; i < size; i++) values.push(input.varint());
      for (let i = 0; i < count; i++) {
        const value = values[input.count(size, 'dictionary index')];
        if (value === undefined) throw new CodecFault('dictionary index without a value');
        numbers[i] = value;
      }
      return numbers;
    }
    default:
      throw new CodecFault(`integer column of unknown mode ${mode}`);
  }
}

function encodePlain(numbers: bigint[]): Uint8Array {
  const output = new ByteWriter();
  output.byte(PLAIN);
  for (const number of numbers) output.varint(number);
  return output.finish();
}

function encodeDelta(numbers: bigint[]): Uint8Array {
  const output = new ByteWriter();
  output.byte(DELTA);
  let previous = 0n;
  for (const number of numbers) {
    const delta = number - previous;
    const code = delta >= 0n ? 2n * delta : -2n * delta - 1n;
    // A delta of 256 bits needs one bit more than a varint may have.
    if (code >= TOO_LARGE) return encodePlain(numbers);
    output.varint(code);
    previous = number;
  }
  return output.finish();
}

function encodeDictionary(numbers: bigint[]): Uint8Array {
  const indexes = new Map<bigint, number>();
  for (const number of numbers) if (!indexes.has(number)) indexes.set(number, indexes.size);
  const output = new ByteWriter();
  output.byte(DICTIONARY);
  output.varint(indexes.size);
  for (const value of indexes.keys()) output.varint(value);
  for (const number of numbers) output.varint(indexes.get(number)!);
  return output.finish();
}

const TOO_LARGE = 1n << 256n;
