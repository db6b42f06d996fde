import { concatHex, type Hash, type Hex, keccak256 } from 'viem';
import { ProtocolError } from './errors.ts';

/** Number of block hashes that a history root commits to, as many as BLOCKHASH can read. */
export const HISTORY_LENGTH = 256;
const ZERO: Hash = `0x${'00'.repeat(32)}`;

/**
 * Root of the binary Merkle tree of 256 leaves in which leaf[n % 256] is the hash of block n, for block `number` and the
 * 255 before it; bytes32(0) where there is no block. Nodes are keccak256(left || right).
 * @param hashes block hashes in ascending order, the last one that of block `number`; min(256, number + 1) of them.
 * @throws ProtocolError HISTORY_INVALID when the count is wrong.
 */
export function historyRoot(hashes: Hash[], number: bigint): Hash {
  return HistoryTree.fromHashes(hashes, number).root();
}

/** {@link historyRoot} kept up to date with 8 hashes a block. */
export class HistoryTree {
  /** Heap layout: node 1 is the root, node i has children 2i and 2i + 1, leaves begin at 256. */
  private readonly nodes: Hash[];

  private constructor(nodes: Hash[]) {
    this.nodes = nodes;
  }

  static fromHashes(hashes: Hash[], number: bigint): HistoryTree {
    const expected = number + 1n < BigInt(HISTORY_LENGTH) ? Number(number) + 1 : HISTORY_LENGTH;
    if (hashes.length !== expected) {
      throw new ProtocolError('HISTORY_INVALID', `History of block ${number} needs ${expected} hashes`, {
        details: { given: hashes.length },
        hint: 'Pass the hashes of the last 256 blocks, or of all blocks when there are fewer.',
      });
    }
    const nodes = new Array<Hash>(2 * HISTORY_LENGTH).fill(ZERO);
    hashes.forEach((hash, i) => {
      nodes[HISTORY_LENGTH + slotOf(number - BigInt(hashes.length - 1 - i))] = hash;
    });
    for (let i = HISTORY_LENGTH - 1; i > 0; i--) nodes[i] = parent(nodes, i);
    return new HistoryTree(nodes);
  }

  /** Adds the next block's hash, in place of the one 256 blocks earlier. */
  set(number: bigint, hash: Hash): void {
    let i = HISTORY_LENGTH + slotOf(number);
    this.nodes[i] = hash;
    for (i >>= 1; i > 0; i >>= 1) this.nodes[i] = parent(this.nodes, i);
  }

  root(): Hash {
    return this.nodes[1] ?? ZERO;
  }

  /** What each inner node is the hash of, by that hash. */
  preimages(): Map<Hash, Hex> {
    const preimages = new Map<Hash, Hex>();
    for (let i = 1; i < HISTORY_LENGTH; i++) preimages.set(this.nodes[i] ?? ZERO, below(this.nodes, i));
    return preimages;
  }

  clone(): HistoryTree {
    return new HistoryTree([...this.nodes]);
  }
}

function slotOf(number: bigint): number {
  return Number(number % BigInt(HISTORY_LENGTH));
}

function parent(nodes: Hash[], i: number): Hash {
  return keccak256(below(nodes, i));
}

function below(nodes: Hash[], i: number): Hex {
  return concatHex([nodes[2 * i] ?? ZERO, nodes[2 * i + 1] ?? ZERO]);
}
