import type { Abi, Address } from 'viem';
import { parseAbi } from 'viem';
import { z } from 'zod';

/** Contract ABIs that the visitor pasted, kept in this browser. Key: `${chainId} ${address}`. */
const STORED = 'tephra.abis';
const listeners = new Set<() => void>();
let all: ReadonlyMap<string, Abi> | undefined;

const parameter: z.ZodType = z.lazy(() =>
  z.looseObject({ name: z.string().optional(), type: z.string(), components: z.array(parameter).optional() }),
);
const entry = z.looseObject({ type: z.string(), name: z.string().optional(), inputs: z.array(parameter).optional() });
const list = z.array(entry);

function keyOf(chainId: number, address: string): string {
  return `${chainId} ${address.toLowerCase()}`;
}

function read(): ReadonlyMap<string, Abi> {
  if (all !== undefined) return all;
  const found = new Map<string, Abi>();
  try {
    const json: unknown = JSON.parse(localStorage.getItem(STORED) ?? '{}');
    for (const [key, value] of Object.entries(json ?? {})) {
      const parsed = list.safeParse(value);
      if (parsed.success) found.set(key, parsed.data as unknown as Abi);
    }
  } catch {
    // nothing readable stored
  }
  all = found;
  return found;
}

/** ABI of a contract, if the visitor gave one. */
export function storedAbi(chainId: number, address: Address): Abi | undefined {
  return read().get(keyOf(chainId, address));
}

/** Every ABI given for a chain: errors may come from any contract on the way. */
export function storedAbis(chainId: number): Abi[] {
  return [...read()].filter(([key]) => key.startsWith(`${chainId} `)).map(([, abi]) => abi);
}

/** Keeps an ABI, or forgets it with null. */
export function storeAbi(chainId: number, address: Address, abi: Abi | null): void {
  const next = new Map(read());
  const key = keyOf(chainId, address);
  if (abi === null) next.delete(key);
  else next.set(key, abi);
  all = next;
  try {
    localStorage.setItem(STORED, JSON.stringify(Object.fromEntries(next)));
  } catch {
    // without storage it lasts until the page is left
  }
  for (const listener of listeners) listener();
}

export function subscribeAbis(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** For useSyncExternalStore: a new object after every change. */
export function abisSnapshot(): ReadonlyMap<string, Abi> {
  return read();
}

/**
 * Reads what people paste: a JSON ABI, a compiler's artifact with an `abi` field, or one signature per line.
 * @throws Error that says what is wrong.
 */
export function parsePastedAbi(text: string): Abi {
  const trimmed = text.trim();
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) {
    let json: unknown;
    try {
      json = JSON.parse(trimmed);
    } catch {
      throw new Error('This looks like JSON but cannot be read; is it cut off?');
    }
    const inner = typeof json === 'object' && json !== null && 'abi' in json ? json.abi : json;
    const parsed = list.safeParse(inner);
    if (!parsed.success || parsed.data.length === 0) throw new Error('This JSON holds no list of ABI entries.');
    return parsed.data.map((item) => ({ inputs: [], outputs: [], ...item })) as unknown as Abi;
  }
  const lines = trimmed
    .split('\n')
    .map((line) => line.trim().replace(/;$/, ''))
    .filter((line) => line !== '');
  if (lines.length === 0) throw new Error('Paste an ABI first.');
  try {
    return parseAbi(lines) as Abi;
  } catch {
    throw new Error('Give a JSON ABI, or signatures such as: function count(address) view returns (uint256)');
  }
}
