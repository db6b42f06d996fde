import { bytesToHex, createPrecompiles, encodeRlp, keccak256, Trie } from '@tephra/engine';
import { PREDEPLOYS } from '@tephra/protocol';
import { addressBytes, readWord, shortestBytes, wordBytes } from '../../commit/hash.ts';
import { CodeBook } from '../../machine/code.ts';
import { EMPTY_CODE_HASH } from '../../machine/entries.ts';
import type { ChainEnv, Env } from '../../machine/env.ts';
import { NodeWorld } from '../nodeWorld.ts';

/** What the chain's own contracts hold. */
export type Held = {
  mode: bigint;
  position: bigint;
  originTimestamp: bigint;
  accumulator: bigint;
  outboxRoot: bigint;
};

/** Nodes of a state in which the chain's own contracts hold this, among accounts that are nobody's. */
export function stateIn(held: Held): { root: bigint; node: Env['node'] } {
  const nodes = new Map<string, Uint8Array>();
  const keep = (hash: Uint8Array, node: Uint8Array): void => void nodes.set(bytesToHex(hash), node);
  const state = new Trie(() => undefined);
  const put = (address: bigint, slots: [bigint, bigint][]): void => {
    const storage = new Trie(() => undefined);
    for (const [key, value] of slots) {
      if (value !== 0n) storage.put(keccak256(wordBytes(key)), encodeRlp(shortestBytes(value)));
    }
    const root = storage.commit(keep);
    const account = encodeRlp([shortestBytes(1n), shortestBytes(0n), root, wordBytes(EMPTY_CODE_HASH)]);
    state.put(keccak256(addressBytes(address)), account);
  };
  for (let i = 1n; i < 40n; i++) put(i, []);
  put(BigInt(PREDEPLOYS.chainState), [
    [0n, 77n | (held.originTimestamp << 64n) | (held.position << 128n) | (held.mode << 192n)],
    [2n, held.accumulator],
  ]);
  put(BigInt(PREDEPLOYS.outbox), [[0n, held.outboxRoot]]);
  return { root: readWord(state.commit(keep)), node: (hash) => nodes.get(bytesToHex(hash)) };
}

/** What steps of a chain over that state need. */
export function envOver(root: bigint, node: Env['node'], chain: ChainEnv): Env {
  const codes = new CodeBook();
  return {
    ...chain,
    world: new NodeWorld(node, root),
    node,
    keepNode: () => {},
    code: (hash) => codes.get(hash),
    keepCode: (code) => codes.keep(code),
    precompile: createPrecompiles(chain.chainId, chain.capped),
  };
}
