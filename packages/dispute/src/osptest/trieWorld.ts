import { bytesToHex, decodeRlp, encodeRlp, type GenesisAccount, hexToBytes, keccak256, Trie } from '@tephra/engine';
import { addressBytes, readWord, shortestBytes, wordBytes } from '../commit/hash.ts';
import type { CodeBook } from '../machine/code.ts';
import { EMPTY_TRIE_ROOT } from '../machine/entries.ts';
import type { World, WorldAccount } from '../machine/env.ts';

/** A state in Ethereum's tries, in memory. */
export class TrieWorld implements World {
  readonly #nodes = new Map<string, Uint8Array>();
  readonly root: Uint8Array;
  readonly node = (hash: Uint8Array) => this.#nodes.get(bytesToHex(hash));
  readonly keepNode = (hash: Uint8Array, node: Uint8Array) => void this.#nodes.set(bytesToHex(hash), node);

  /** Makes the code of the accounts known to `codes`. */
  constructor(accounts: GenesisAccount[], codes: CodeBook) {
    const trie = new Trie(this.node);
    for (const { address, nonce, balance, code, storage } of accounts) {
      const slots = Object.entries(storage ?? {}).map(([slot, value]): [bigint, bigint] => [
        BigInt(slot),
        BigInt(value),
      ]);
      const account = {
        nonce: nonce ?? 0n,
        balance,
        storageRoot: this.#storageRoot(EMPTY_TRIE_ROOT, slots),
        codeHash: codes.keep(hexToBytes(code ?? '0x')).hash,
      };
      trie.put(keccak256(hexToBytes(address)), encodeAccount(account));
    }
    this.root = trie.commit(this.keepNode);
  }

  account(address: bigint): WorldAccount | null {
    const bytes = new Trie(this.node, this.root).get(accountKey(address));
    if (bytes === null) return null;
    const [nonce, balance, storageRoot, codeHash] = decodeRlp(bytes) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    return {
      nonce: number(nonce),
      balance: number(balance),
      storageRoot: readWord(storageRoot),
      codeHash: readWord(codeHash),
    };
  }

  slot(_address: bigint, storageRoot: bigint, key: bigint): bigint {
    if (storageRoot === EMPTY_TRIE_ROOT) return 0n;
    const bytes = new Trie(this.node, wordBytes(storageRoot)).get(keccak256(wordBytes(key)));
    return bytes === null ? 0n : number(decodeRlp(bytes) as Uint8Array);
  }

  accountProof(address: bigint): Uint8Array[] {
    return new Trie(this.node, this.root).prove(accountKey(address));
  }

  slotProof(storageRoot: bigint, key: bigint): Uint8Array[] {
    return new Trie(this.node, wordBytes(storageRoot)).prove(keccak256(wordBytes(key)));
  }

  #storageRoot(root: bigint, slots: [bigint, bigint][]): bigint {
    const trie = new Trie(this.node, wordBytes(root));
    for (const [slot, value] of slots) {
      const key = keccak256(wordBytes(slot));
      if (value === 0n) trie.delete(key);
      else trie.put(key, encodeRlp(shortestBytes(value)));
    }
    return readWord(trie.commit(this.keepNode));
  }
}

const accountKey = (address: bigint): Uint8Array => keccak256(addressBytes(address));

const encodeAccount = ({ nonce, balance, storageRoot, codeHash }: WorldAccount): Uint8Array =>
  encodeRlp([shortestBytes(nonce), shortestBytes(balance), wordBytes(storageRoot), wordBytes(codeHash)]);

const number = (bytes: Uint8Array): bigint => (bytes.length === 0 ? 0n : BigInt(bytesToHex(bytes)));
