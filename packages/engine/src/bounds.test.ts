import type { Address, Hash } from '@tephra/protocol';
import { describe, expect, it } from 'vitest';
import type { StateStore } from './engine.ts';
import { CommittedState, EMPTY_CODE_HASH, type StateChanges } from './state/committedState.ts';
import { TwoGenerationCache } from './state/twoGenerationCache.ts';
import { EMPTY_ROOT } from './trie/trie.ts';
import { WasmMachine } from './wasm/machine.ts';
import { createPrecompiles } from './wasm/precompiles.ts';

/** `./tephra bench memory` in small: a state much larger than what may be held of it, of which everything is used. */
const ACCOUNTS = 2_000;
const CONTRACTS = 200;
const SLOTS = 5;

const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const accountKey = (index: number): string => (index + 2 ** 40).toString(16).padStart(40, '0');
const slotKey = (index: number): string => index.toString(16).padStart(64, '0');

/** Indexes below `count`, the same ones each time. */
function indexes(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (state * 48_271) % 0x7fffffff;
    return state % count;
  };
}

function largeState() {
  const nodes = new Map<string, Uint8Array>();
  const store = { get: (key: Uint8Array) => nodes.get(keyOf(key)) };
  const keep = (writes: [Uint8Array, Uint8Array][]): void => {
    for (const [key, value] of writes) nodes.set(keyOf(key), value);
  };
  const builder = new CommittedState(store, new TwoGenerationCache(16), 100_000);
  builder.open(EMPTY_ROOT);
  const changes: StateChanges = { accounts: new Map(), storage: new Map(), codes: new Map() };
  for (let index = 0; index < ACCOUNTS; index++) {
    const account = { nonce: 1n, balance: BigInt(index), storageRoot: EMPTY_ROOT, codeHash: EMPTY_CODE_HASH };
    changes.accounts.set(accountKey(index), account);
    if (index >= CONTRACTS) continue;
    const slots = Array.from({ length: SLOTS }, (_, i): [string, Uint8Array] => [slotKey(i), Uint8Array.of(i + 1)]);
    changes.storage.set(accountKey(index), { cleared: false, slots: new Map(slots) });
  }
  keep(builder.apply(changes).writes);
  return { store, keep, root: builder.root };
}

describe('memory does not depend on the size of the state', () => {
  it('when everything is read at one root', () => {
    const { store, root } = largeState();
    const [cached, nodes] = [100, 500];
    const state = new CommittedState(store, new TwoGenerationCache(16), cached, nodes);
    state.open(root);
    const next = indexes(5);
    const most = { decoded: 0, nodes: 0 };
    let wrong = 0;
    for (let i = 0; i < 3 * ACCOUNTS; i++) {
      const index = next(ACCOUNTS);
      if (state.account(accountKey(index))?.balance !== BigInt(index)) wrong++;
      const slot = next(SLOTS);
      if (state.slot(accountKey(index % CONTRACTS), slotKey(slot))[0] !== slot + 1) wrong++;
      if (i % 32 !== 0) continue;
      const { held } = state;
      most.decoded = Math.max(most.decoded, held.decoded);
      most.nodes = Math.max(most.nodes, held.nodes);
    }
    expect(wrong).toBe(0);
    // Two generations of accounts and as many of slots.
    expect(most.decoded).toBeLessThanOrEqual(4 * cached);
    // Accounts and slots, each until the next look: 256 lookups of five nodes at most, in the worst case all of one kind.
    expect(most.nodes).toBeLessThanOrEqual(2 * nodes + 256 * 5);
  });

  const machineOn = (store: StateStore, limits: { maxKnown: number; maxBytes: number }): WasmMachine =>
    new WasmMachine(
      { chainId: 1n, hardfork: 'prague', ...limits },
      {
        base: new CommittedState(store, new TwoGenerationCache(16), 100),
        precompiles: createPrecompiles(1n, true),
        nodes: store,
        blockHash: () => undefined,
      },
    );
  const ANY = { maxKnown: 2 ** 31, maxBytes: 2 ** 31 };

  it.each([
    ['counted', { ...ANY, maxKnown: 300 }],
    ['weighed', { ...ANY, maxBytes: machineOn({ get: () => undefined }, ANY).held.bytes + 100_000 }],
  ])('when everything is changed, block by block (%s)', (_, limits) => {
    const { store, keep, root } = largeState();
    const machine = machineOn(store, limits);
    machine.open(root, true);
    const next = indexes(6);
    const block = (): { known: number; bytes: number } => {
      const changed = Array.from({ length: 50 }, (): [Address, object] => [
        `0x${accountKey(next(ACCOUNTS))}`,
        { balance: 7n },
      ]);
      machine.begin();
      machine.override(Object.fromEntries(changed));
      machine.keep();
      const sealed = machine.seal();
      keep(sealed.writes);
      const { held } = machine;
      machine.open(Buffer.from(sealed.stateRoot.slice(2), 'hex'), false);
      return held;
    };
    const empty = machine.held.bytes;
    const first = block();
    const perBlock = first.bytes - empty;
    const rest = Array.from({ length: 160 }, block);
    expect(Math.max(...rest.map(({ known }) => known))).toBeLessThanOrEqual(limits.maxKnown + 50);
    expect(Math.max(...rest.map(({ bytes }) => bytes))).toBeLessThanOrEqual(limits.maxBytes + 2 * perBlock);
    const someSlot: Hash = `0x${slotKey(2)}`;
    expect(machine.storage(`0x${accountKey(3)}`, someSlot)).toBe(3n);
  });
});
