import { type GenesisAccount, WasmEngine } from '@tephra/engine';
import type { Address, Hex } from '@tephra/protocol';
import { describe, expect, it } from 'vitest';
import { sparseSet } from '../commit/sparseTree.ts';
import { BlockAccount, BlockSlot, EMPTY_CODE_HASH, EMPTY_TRIE_ROOT } from '../machine/entries.ts';
import type { Env } from '../machine/env.ts';
import { type BlockJournal, type State, stateDigest } from '../machine/state.ts';
import { step } from '../machine/step.ts';
import { prepareCase } from '../osptest/prepareCase.ts';
import { programCase } from '../osptest/programs/programCase.ts';
import { Random } from '../osptest/random.ts';
import { StepVerifier } from '../verifier/index.ts';
import { witnessOf } from '../witness/witness.ts';

type Account = { nonce: bigint; balance: bigint; storage: Map<bigint, bigint> };

const ACCOUNTS = 40;
const SLOTS = 25;
const addressAt = (index: number): bigint => (BigInt(index + 1) << 80n) | 0xacc0n;

function randomAccount(random: Random): Account {
  const storage = new Map<bigint, bigint>();
  for (let i = random.below(SLOTS); i > 0; i--)
    storage.set(BigInt(random.below(SLOTS)), 1n + BigInt(random.below(300)));
  return { nonce: 1n + BigInt(random.below(3)), balance: BigInt(random.below(1_000_000)), storage };
}

const genesisOf = (accounts: ReadonlyMap<bigint, Account>): GenesisAccount[] =>
  [...accounts].map(([address, { nonce, balance, storage }]) => ({
    address: `0x${address.toString(16).padStart(40, '0')}` as Address,
    nonce,
    balance,
    storage: Object.fromEntries([...storage].map(([key, value]) => [word(key), word(value)])),
  }));
const word = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`;

/** Changes accounts at random, and the journal that says so. */
function change(accounts: Map<bigint, Account>, env: Env, random: Random): BlockJournal {
  let journal: BlockJournal = null;
  for (let i = 0; i < ACCOUNTS + 10; i++) {
    if (random.below(3) === 0) continue;
    const address = addressAt(i);
    const before = env.world.account(address);
    let entry = new BlockAccount({
      isDirty: false,
      nonce: before?.nonce ?? 0n,
      balance: before?.balance ?? 0n,
      codeHash: EMPTY_CODE_HASH,
      storageRoot: before?.storageRoot ?? EMPTY_TRIE_ROOT,
      slots: null,
    });
    const what = random.below(5);
    if (what === 0) {
      // Removed, or never there.
      accounts.delete(address);
      entry = entry.with({ isDirty: true, nonce: 0n, balance: 0n, storageRoot: EMPTY_TRIE_ROOT });
    } else if (what > 1) {
      const account = accounts.get(address) ?? { nonce: 0n, balance: 0n, storage: new Map<bigint, bigint>() };
      accounts.set(address, account);
      if (what === 2) account.storage.clear();
      account.nonce++;
      account.balance += 5n;
      entry = entry.with({
        isDirty: true,
        nonce: account.nonce,
        balance: account.balance,
        storageRoot: what === 2 ? EMPTY_TRIE_ROOT : entry.storageRoot,
        slots: changeSlots(account.storage, random),
      });
    }
    journal = sparseSet(journal, address, entry);
  }
  return journal;
}

function changeSlots(storage: Map<bigint, bigint>, random: Random): BlockAccount['slots'] {
  let slots: BlockAccount['slots'] = null;
  for (let key = 0n; key < BigInt(SLOTS + 5); key++) {
    const what = random.below(4);
    if (what === 0) continue;
    if (what === 2) storage.delete(key);
    if (what === 3) storage.set(key, BigInt(1 + random.below(1 << 20)));
    slots = sparseSet(slots, key, new BlockSlot(what > 1, storage.get(key) ?? 0n));
  }
  return slots;
}

/** Flushes random changes of a random state. @returns the root that it comes to, and the engine's of the state after them */
async function flushed(
  seed: number,
  verifier?: StepVerifier,
): Promise<{ root: bigint; expected: bigint; steps: number }> {
  const random = new Random(seed);
  const accounts = new Map(Array.from({ length: ACCOUNTS }, (_, i) => [addressAt(i), randomAccount(random)]));
  const test = { ...programCase('0x00'), pre: genesisOf(accounts) };
  const prepared = prepareCase(test, 'cancun', () => undefined);
  const { env, start } = prepared;
  const b = change(accounts, env, random);
  const end = { kind: 'receipt', tx: start.tx, block: start.block, b, succeeded: true, gasUsed: 0n } as const;
  let state: State = prepared.endAfter({ ...end, logs: { count: 0, tree: undefined } });
  let steps = 0;
  for (; state.kind !== 'seal'; steps++) {
    const after = step(state, env);
    if (verifier !== undefined) {
      const result = await verifier.step(stateDigest(state), witnessOf(state, env), env);
      expect(result?.post).toEqual(stateDigest(after));
    }
    state = after;
  }
  const engine = new WasmEngine({ chainId: 1n }, { store: { get: () => undefined }, blockHash: () => undefined });
  const { stateRoot } = await engine.genesis(genesisOf(accounts));
  return { root: state.root, expected: BigInt(stateRoot), steps };
}

describe('a flush', () => {
  it.each([1, 2, 3, 4, 5, 6])('of random changes comes to the root of the state after them (%i)', async (seed) => {
    const { root, expected, steps } = await flushed(seed);
    expect(root).toBe(expected);
    expect(steps).toBeGreaterThan(100);
  });

  it('is checked by the contracts, step by step', { timeout: 60_000 }, async () => {
    const { root, expected } = await flushed(7, await StepVerifier.create());
    expect(root).toBe(expected);
  });
});
