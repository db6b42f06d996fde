import { bytesToBigInt, decodeRlp, keccak256, Trie } from '@tephra/engine';
import { addressBytes, type Digest, readWord, wordBytes } from '../commit/hash.ts';
import { EMPTY_TRIE_ROOT } from '../machine/entries.ts';
import type { NodeReader, World, WorldAccount } from '../machine/env.ts';

/**
 * The state that a root names, read from nodes that are at hand: those of a proof of validity, or those that a flush made.
 * @throws MissingNodeError where one that is needed isn't
 */
export class NodeWorld implements World {
  readonly #node: NodeReader;
  readonly #root: bigint;

  constructor(node: NodeReader, root: bigint) {
    this.#node = node;
    this.#root = root;
  }

  account(address: bigint): WorldAccount | null {
    const bytes = this.#trie(this.#root).get(accountKey(address));
    if (bytes === null) return null;
    const [nonce, balance, storageRoot, codeHash] = decodeRlp(bytes) as [Digest, Digest, Digest, Digest];
    return {
      nonce: bytesToBigInt(nonce),
      balance: bytesToBigInt(balance),
      storageRoot: readWord(storageRoot),
      codeHash: readWord(codeHash),
    };
  }

  slot(_address: bigint, storageRoot: bigint, key: bigint): bigint {
    const bytes = this.#trie(storageRoot).get(slotKey(key));
    return bytes === null ? 0n : bytesToBigInt(decodeRlp(bytes) as Uint8Array);
  }

  accountProof(address: bigint): Uint8Array[] {
    return this.#trie(this.#root).prove(accountKey(address));
  }

  slotProof(storageRoot: bigint, key: bigint): Uint8Array[] {
    return this.#trie(storageRoot).prove(slotKey(key));
  }

  /** Root of an account's storage; that of no storage where there is no such account. */
  storageRootOf(address: bigint): bigint {
    return this.account(address)?.storageRoot ?? EMPTY_TRIE_ROOT;
  }

  #trie(root: bigint): Trie {
    return new Trie(this.#node, wordBytes(root));
  }
}

const accountKey = (address: bigint): Uint8Array => keccak256(addressBytes(address));
const slotKey = (key: bigint): Uint8Array => keccak256(wordBytes(key));
