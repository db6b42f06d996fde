import { type Address, type Hex, isHex } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';

/**
 * Keys that this page keeps for people without an extension. They lie readable in the browser's storage and are sent
 * nowhere: good for trying things, never for anything of value.
 */
export type PageKey = { name: string; address: Address; privateKey: Hex };

const STORED = 'tephra.page-keys';
const listeners = new Set<() => void>();
let keys: readonly PageKey[] | undefined;

/** The keys of this browser; the same object until one changes. */
export function pageKeys(): readonly PageKey[] {
  keys ??= read();
  return keys;
}

export function subscribePageKeys(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Makes a new key from the browser's random source. */
export function createPageKey(): PageKey {
  return addPageKey(generatePrivateKey());
}

/** @throws Error when the text is no private key, or is here already. */
export function importPageKey(text: string): PageKey {
  const trimmed = text.trim();
  const hex = trimmed.startsWith('0x') ? trimmed : `0x${trimmed}`;
  if (!isHex(hex) || hex.length !== 66) throw new Error('A private key is 64 hexadecimal digits, with or without 0x.');
  return addPageKey(hex);
}

export function removePageKey(address: Address): void {
  write(pageKeys().filter((key) => key.address !== address));
}

function addPageKey(privateKey: Hex): PageKey {
  const known = pageKeys();
  let address: Address;
  try {
    ({ address } = privateKeyToAccount(privateKey));
  } catch {
    throw new Error('This number is outside the range of private keys.');
  }
  if (known.some((key) => key.address === address)) throw new Error('This key is here already.');
  const used = new Set(known.map((key) => key.name));
  let at = 1;
  while (used.has(`Key ${at}`)) at += 1;
  const key: PageKey = { name: `Key ${at}`, address, privateKey };
  write([...known, key]);
  return key;
}

function read(): PageKey[] {
  try {
    const json: unknown = JSON.parse(localStorage.getItem(STORED) ?? '[]');
    if (!Array.isArray(json)) return [];
    return json.flatMap((each: unknown) => {
      if (typeof each !== 'object' || each === null || !('name' in each) || !('privateKey' in each)) return [];
      const { name, privateKey } = each;
      if (typeof name !== 'string' || !isHex(privateKey) || privateKey.length !== 66) return [];
      return [{ name, privateKey, address: privateKeyToAccount(privateKey).address }];
    });
  } catch {
    // nothing readable stored
    return [];
  }
}

function write(next: readonly PageKey[]): void {
  keys = next;
  try {
    localStorage.setItem(STORED, JSON.stringify(next.map(({ name, privateKey }) => ({ name, privateKey }))));
  } catch {
    // without storage they last until the page is left
  }
  for (const listener of listeners) listener();
}
