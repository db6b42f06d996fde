import type { Address, Hash } from '@tephra/protocol';
import { concatHex, encodeAbiParameters, keccak256 } from 'viem';

/**
 * OpenZeppelin's standard Merkle tree over addresses: leaf = keccak256(keccak256(abi.encode(address))), leaves sorted,
 * pairs hashed in order of size, the tree laid out as a complete binary tree in an array.
 */
export class Allowlist {
  readonly #tree: Hash[];
  readonly #position = new Map<Hash, number>();

  constructor(accounts: readonly Address[]) {
    const leaves = accounts.map(leafOf).sort();
    const size = 2 * leaves.length - 1;
    this.#tree = new Array<Hash>(size);
    for (const [index, leaf] of leaves.entries()) {
      const position = size - 1 - index;
      this.#tree[position] = leaf;
      this.#position.set(leaf, position);
    }
    for (let i = size - 1 - leaves.length; i >= 0; i--) {
      this.#tree[i] = hashPair(this.#tree[2 * i + 1]!, this.#tree[2 * i + 2]!);
    }
  }

  get root(): Hash {
    return this.#tree[0]!;
  }

  /** Siblings from the leaf upwards; undefined for an account that is not on the list. */
  proof(account: Address): Hash[] | undefined {
    let position = this.#position.get(leafOf(account));
    if (position === undefined) return undefined;
    const proof: Hash[] = [];
    while (position > 0) {
      proof.push(this.#tree[position % 2 === 1 ? position + 1 : position - 1]!);
      position = Math.floor((position - 1) / 2);
    }
    return proof;
  }
}

function leafOf(account: Address): Hash {
  return keccak256(keccak256(encodeAbiParameters([{ type: 'address' }], [account])));
}

function hashPair(a: Hash, b: Hash): Hash {
  return keccak256(a < b ? concatHex([a, b]) : concatHex([b, a]));
}
