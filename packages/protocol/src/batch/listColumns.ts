import { CodecFault } from './batchError.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { readIntegers, writeIntegers } from './integerColumn.ts';
import type { AccessListEntry, AuthorizationEntry } from './transactionParts.ts';

export function writeAccessLists(output: ByteWriter, lists: AccessListEntry[][]): void {
  writeIntegers(
    output,
    lists.map((list) => BigInt(list.length)),
  );
  const entries = lists.flat();
  for (const entry of entries) output.bytes(entry.address);
  writeIntegers(
    output,
    entries.map((entry) => BigInt(entry.keys.length)),
  );
  for (const entry of entries) for (const key of entry.keys) output.bytes(key);
}

export function readAccessLists(input: ByteReader, count: number): AccessListEntry[][] {
  const lengths = readCounts(input, count, 20);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const addresses = Array.from({ length: total }, () => input.bytes(20));
  const keyCounts = readCounts(input, total, 32);
  let entry = 0;
  return lengths.map((length) =>
    Array.from({ length }, () => {
      const keys = Array.from({ length: keyCounts[entry]! }, () => input.bytes(32));
      return { address: addresses[entry++]!, keys };
    }),
  );
}

/** Counts of things that take `size` bytes each and all follow in the input. */
function readCounts(input: ByteReader, count: number, size: number): number[] {
  let total = 0n;
  return readIntegers(input, count).map((value) => {
    total += value * BigInt(size);
    if (total > BigInt(input.remaining)) throw new CodecFault('a list ends too early');
    return Number(value);
  });
}

/** Bytes of an entry outside the integer columns. */
const AUTHORIZATION_BYTES = 20 + 32 + 32;

export function writeAuthorizations(output: ByteWriter, lists: AuthorizationEntry[][]): void {
  writeIntegers(
    output,
    lists.map((list) => BigInt(list.length)),
  );
  const entries = lists.flat();
  for (const { address } of entries) output.bytes(address);
  for (const field of ['chainId', 'nonce'] as const) {
    writeIntegers(
      output,
      entries.map((entry) => entry[field]),
    );
  }
  for (const { parity } of entries) output.byte(parity);
  for (const { r, s } of entries) {
    output.bytes(r);
    output.bytes(s);
  }
}

/** @throws CodecFault */
export function readAuthorizations(input: ByteReader, count: number): AuthorizationEntry[][] {
  const lengths = readCounts(input, count, AUTHORIZATION_BYTES);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const addresses = Array.from({ length: total }, () => input.bytes(20));
  const chainIds = readIntegers(input, total);
  const nonces = readIntegers(input, total);
  const parities = Array.from({ length: total }, () => input.byte());
  const entries = addresses.map((address, i): AuthorizationEntry => {
    const [r, s] = [input.bytes(32), input.bytes(32)];
    return { chainId: chainIds[i]!, address, nonce: nonces[i]!, parity: parities[i]!, r, s };
  });
  return lengths.map((length) => entries.splice(0, length));
}
