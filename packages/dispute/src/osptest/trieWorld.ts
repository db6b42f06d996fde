import { bytesToHex, encodeRlp, type GenesisAccount, hexToBytes, keccak256, Trie } from '@tephra/engine';
import { NodeWorld } from '../block/nodeWorld.ts';
import { type Digest, readWord, shortestBytes, wordBytes } from '../commit/hash.ts';
import { encodeAccount } from '../flush/flush.ts';
import type { CodeBook } from '../machine/code.ts';
import type { Env } from '../machine/env.ts';

type Nodes = Pick<Env, 'node' | 'keepNode'>;

/** A state in Ethereum's tries, in memory. */
export class TrieWorld extends NodeWorld {
  readonly root: Digest;
  readonly node: Nodes['node'];
  readonly keepNode: Nodes['keepNode'];

  /** Makes the code of the accounts known to `codes`. */
  constructor(accounts: readonly GenesisAccount[], codes: CodeBook) {
    const nodes = new Map<string, Uint8Array>();
    const node: Nodes['node'] = (hash) => nodes.get(bytesToHex(hash));
    const keepNode: Nodes['keepNode'] = (hash, bytes) => void nodes.set(bytesToHex(hash), bytes);
    const root = rootOf(accounts, codes, { node, keepNode });
    super(node, readWord(root));
    this.root = root;
    this.node = node;
    this.keepNode = keepNode;
  }
}

function rootOf(accounts: readonly GenesisAccount[], codes: CodeBook, { node, keepNode }: Nodes): Digest {
  const state = new Trie(node);
  for (const { address, nonce, balance, code, storage } of accounts) {
    const slots = new Trie(node);
    for (const [slot, value] of Object.entries(storage ?? {})) {
      if (BigInt(value) !== 0n) slots.put(keccak256(wordBytes(BigInt(slot))), encodeRlp(shortestBytes(BigInt(value))));
    }
    const account = {
      nonce: nonce ?? 0n,
      balance,
      storageRoot: readWord(slots.commit(keepNode)),
      codeHash: codes.keep(hexToBytes(code ?? '0x')).hash,
    };
    state.put(keccak256(hexToBytes(address)), encodeAccount(account));
  }
  return state.commit(keepNode);
}
