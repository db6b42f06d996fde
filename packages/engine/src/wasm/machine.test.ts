import type { Address, Hash, Hex } from '@tephra/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hexToBytes } from '../bytes.ts';
import type { SealedState, StateOverrides } from '../engine.ts';
import { CommittedState } from '../state/committedState.ts';
import { TwoGenerationCache } from '../state/twoGenerationCache.ts';
import { EMPTY_ROOT, MissingNodeError } from '../trie/trie.ts';
import { WasmMachine } from './machine.ts';
import { createPrecompiles } from './precompiles.ts';

const precompiles = createPrecompiles(1n, true);
const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const word = (value: number): Hash => `0x${value.toString(16).padStart(64, '0')}`;
const address = (index: number): Address => `0x${(0xa0 + index).toString(16).repeat(20)}`;

/** A machine with a store of its own. @param tries whose: the program's or those in TypeScript */
function machine(tries: 'program' | 'base', maxKnown: number) {
  const nodes = new Map<string, Uint8Array>();
  const store = { get: (key: Uint8Array) => nodes.get(keyOf(key)) };
  const base = new CommittedState(store, new TwoGenerationCache(8), 100);
  const made = new WasmMachine(
    { chainId: 1n, hardfork: 'prague', maxKnown },
    { base, precompiles, blockHash: () => undefined, ...(tries === 'program' ? { nodes: store } : {}) },
  );
  made.open(EMPTY_ROOT, true);
  const block = (transactions: StateOverrides[]): SealedState => {
    for (const changes of transactions) {
      made.begin();
      made.override(changes);
      made.keep();
    }
    const sealed = made.seal();
    for (const [key, value] of sealed.writes) nodes.set(keyOf(key), value);
    made.open(hexToBytes(sealed.stateRoot), false);
    return sealed;
  };
  return { made, nodes, block };
}

const slots = fc.dictionary(fc.nat(12).map(word), fc.constantFrom(0, 0, 1, 255, 2 ** 40).map(word), { maxKeys: 4 });
const overrides: fc.Arbitrary<StateOverrides> = fc.dictionary(
  fc.nat(9).map(address),
  fc.record(
    {
      balance: fc.constantFrom(0n, 0n, 1n, 10n ** 20n, (1n << 255n) + 7n),
      nonce: fc.constantFrom(0n, 0n, 1n, 1n << 40n),
      code: fc.constantFrom<Hex>('0x', '0x6001', '0x5b5b5b'),
      state: slots,
      stateDiff: slots,
    },
    { requiredKeys: [] },
  ),
  { minKeys: 1, maxKeys: 4 },
) as fc.Arbitrary<StateOverrides>;

it('comes to the same roots with its own tries, with forgotten ones and with those in TypeScript', () => {
  const blocks = fc.array(fc.array(overrides, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
  const keeping = machine('program', 1_000_000);
  const forgetting = machine('program', 0);
  const other = machine('base', 1_000_000);
  fc.assert(
    fc.property(blocks, (all) => {
      for (const { made, nodes } of [keeping, forgetting, other]) {
        nodes.clear();
        made.open(EMPTY_ROOT, true);
      }
      for (const block of all) {
        const { stateRoot, touchedAccounts } = other.block(block);
        for (const { block: seal } of [keeping, forgetting]) {
          const sealed = seal(block);
          expect(sealed.stateRoot).toBe(stateRoot);
          expect(sealed.touchedAccounts.toSorted()).toEqual(touchedAccounts.toSorted());
        }
      }
    }),
    { numRuns: 150, seed: 2026 },
  );
});

it('names a node that the store has lost, and reads on when it is back', () => {
  const { made, nodes, block } = machine('program', 0);
  const accounts = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [address(i), { balance: BigInt(i + 1) }]));
  const { stateRoot } = block([accounts as StateOverrides]);
  const lost = [...nodes];
  nodes.clear();
  expect(() => made.peek(address(3))).toThrow(MissingNodeError);
  for (const [key, value] of lost) nodes.set(key, value);
  expect(made.peek(address(3))).toMatchObject({ balance: 4n });
  expect(made.seal().stateRoot).toBe(stateRoot);
});
