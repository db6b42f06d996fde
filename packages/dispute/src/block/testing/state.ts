import { createPrecompiles, type GenesisAccount, keccak256, Trie } from '@tephra/engine';
import { type Hash, type Hex, PREDEPLOYS } from '@tephra/protocol';
import { numberToHex } from 'viem';
import { addressBytes, readWord, wordBytes } from '../../commit/hash.ts';
import { CodeBook } from '../../machine/code.ts';
import type { ChainEnv, Env } from '../../machine/env.ts';
import { TrieWorld } from '../../osptest/trieWorld.ts';
import { NodeWorld } from '../nodeWorld.ts';

/** What the chain's own contracts hold. */
export type Held = {
  mode: bigint;
  position: bigint;
  originTimestamp: bigint;
  accumulator: bigint;
  outboxRoot: bigint;
};

const word = (value: bigint): Hash => numberToHex(value, { size: 32 });

/** A state in which the chain's own contracts hold this, among accounts that are nobody's, and what steps over it need. */
export function stateIn(held: Held, chain: ChainEnv): { world: TrieWorld; env: Env } {
  const account = (address: Hex, slots: bigint[]): GenesisAccount => ({
    address,
    balance: 0n,
    nonce: 1n,
    storage: Object.fromEntries(slots.map((value, i) => [word(BigInt(i)), word(value)])),
  });
  const first = 77n | (held.originTimestamp << 64n) | (held.position << 128n) | (held.mode << 192n);
  const codes = new CodeBook();
  const others = Array.from({ length: 40 }, (_, i) => account(numberToHex(i + 1, { size: 20 }), []));
  const own = [
    account(PREDEPLOYS.chainState, [first, 0n, held.accumulator]),
    account(PREDEPLOYS.outbox, [held.outboxRoot]),
  ];
  const world = new TrieWorld([...others, ...own], codes);
  const env: Env = {
    ...chain,
    world,
    node: world.node,
    keepNode: world.keepNode,
    code: (hash) => codes.get(hash),
    keepCode: (code) => codes.keep(code),
    precompile: createPrecompiles(chain.chainId, chain.capped),
  };
  return { world, env };
}

/**
 * The same state where the ways to the chain's own accounts lead through branches without a gap, as far as keys are long: the
 * longest proof that there can be. Nobody finds addresses that make it.
 */
export function deepened({ env, world }: { world: TrieWorld; env: Env }): { root: bigint; env: Env } {
  const trie = new Trie(world.node, world.root);
  for (const address of [PREDEPLOYS.chainState, PREDEPLOYS.outbox]) {
    const key = readWord(keccak256(addressBytes(BigInt(address))));
    for (let shift = 4n; shift < 256n; shift += 4n) {
      for (let nibble = 1n; nibble < 16n; nibble++) {
        // Other in one nibble, and in those behind it.
        const beside = key ^ (nibble << shift) ^ ((1n << shift) - 1n);
        if (trie.get(wordBytes(beside)) === null) trie.put(wordBytes(beside), new Uint8Array(70).fill(1));
      }
    }
  }
  const root = readWord(trie.commit(world.keepNode));
  return { root, env: { ...env, world: new NodeWorld(world.node, root) } };
}
