import { readFile } from 'node:fs/promises';
import type { Address } from '@tephra/protocol';
import { isAddress } from 'viem';
import { CliError } from './errors.ts';

/**
 * Accounts of a file, one a line; empty lines and what follows a # are passed over.
 * @throws CliError USAGE
 */
export function readHolders(file: string): Promise<Address[]> {
  return readLines(file, 'an address of 40 hex digits', (text) =>
    isAddress(text, { strict: false }) ? (text as Address) : undefined,
  );
}

/**
 * Token ids of a file, decimal or 0x, one a line or a range such as 1-500.
 * @throws CliError USAGE
 */
export async function readIds(file: string): Promise<bigint[]> {
  const ranges = await readLines(file, 'a token id or a range of them', (text) => {
    const [first, last, ...more] = text.split('-').map(idOf);
    if (first === undefined || more.length > 0 || (text.includes('-') && last === undefined)) return undefined;
    return { first, last: last ?? first };
  });
  const ids: bigint[] = [];
  for (const { first, last } of ranges) {
    if (last - first >= BigInt(MAX_IDS - ids.length)) {
      throw new CliError('USAGE', `${file} names more than ${MAX_IDS} token ids`, { hint: 'Take several addenda.' });
    }
    for (let id = first; id <= last; id++) ids.push(id);
  }
  return [...new Set(ids)];
}

const MAX_IDS = 1_000_000;

function idOf(text: string): bigint | undefined {
  const trimmed = text.trim();
  if (!/^(\d+|0x[0-9a-fA-F]{1,64})$/.test(trimmed)) return undefined;
  const id = BigInt(trimmed);
  return id < 1n << 256n ? id : undefined;
}

async function readLines<T>(file: string, what: string, parse: (text: string) => T | undefined): Promise<T[]> {
  const content = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError('USAGE', `cannot read ${file}`, { cause, hint: 'Name a text file.' });
  });
  const items: T[] = [];
  for (const [index, line] of content.split(/\r?\n/).entries()) {
    const text = line.replace(/#.*$/, '').trim();
    if (text === '') continue;
    const item = parse(text);
    if (item === undefined) throw new CliError('USAGE', `${file}, line ${index + 1}: ${text} is not ${what}`);
    items.push(item);
  }
  return items;
}
