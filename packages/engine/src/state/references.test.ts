import { describe, expect, it } from 'vitest';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import type { GenesisAccount } from '../engine.ts';
import { EthereumjsEngine } from '../ethereumjs/engine.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';
import { rootReference, type StateReference, stateReferences } from './references.ts';

const word = (value: number) => `0x${value.toString(16).padStart(64, '0')}` as const;

/** Accounts with and without code and storage; two contracts are alike. */
const accounts: GenesisAccount[] = Array.from({ length: 300 }, (_, i) => ({
  address: `0x${(i + 1).toString(16).padStart(40, '0')}` as const,
  balance: BigInt(i),
  nonce: 1n,
  ...(i % 3 === 0 ? { code: `0x60${(i % 60).toString(16).padStart(2, '0')}` as const } : {}),
  ...(i % 5 === 0
    ? { storage: Object.fromEntries(Array.from({ length: i % 40 }, (_, slot) => [word(slot), word(slot + 1)])) }
    : {}),
}));

describe('references of stored state', () => {
  it('lead from the root to everything that was written, and to nothing else', async () => {
    const engine = new EthereumjsEngine(
      { chainId: 1n },
      { store: { get: () => undefined }, blockHash: () => undefined },
    );
    const { stateRoot, writes } = await engine.genesis(accounts);
    await engine.close();
    const stored = new Map(writes.map(([key, value]) => [bytesToHex(key), value]));
    const seen = new Set<string>();
    const stack: StateReference[] = [rootReference(hexToBytes(stateRoot))!];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const key = bytesToHex(next.key);
      const bytes = stored.get(key);
      expect(bytes, key).toBeDefined();
      seen.add(key);
      if (next.kind !== 'code') stack.push(...stateReferences(bytes!, next.kind));
    }
    expect([...seen].sort()).toEqual([...stored.keys()].sort());
  });

  it('of a state without accounts are none', () => {
    expect(rootReference(EMPTY_ROOT)).toBeNull();
  });
});
