import { concatHex, type Hash, keccak256 } from 'viem';
import { ProtocolError } from './errors.ts';

/** Levels of the outbox tree: room for 2^32 messages. */
export const OUTBOX_DEPTH = 32;

const ZERO: Hash = `0x${'00'.repeat(32)}`;

/** Root of an empty subtree by height; an empty leaf is bytes32(0). */
const EMPTY: readonly Hash[] = emptyRoots();

/** Root of a tree without messages: what the outbox predeploy's slot 0 holds in block 0. */
export const EMPTY_OUTBOX_ROOT: Hash = emptyAt(OUTBOX_DEPTH);

/**
 * Append-only Merkle tree of depth 32 over {@link outboxLeaf}s; nodes are keccak256(left || right). Inner nodes are hashed
 * when a root or proof is asked for, so appending many leaves costs about one hash each.
 */
export class OutboxTree {
  /** levels[h][i] is node i at height h; nodes right of the last one are empty. */
  private readonly levels: Hash[][] = Array.from({ length: OUTBOX_DEPTH + 1 }, () => []);
  /** Leaves hashed into the upper levels so far. */
  private hashed = 0;

  static fromLeaves(leaves: Iterable<Hash>): OutboxTree {
    const tree = new OutboxTree();
    for (const leaf of leaves) tree.append(leaf);
    return tree;
  }

  get count(): number {
    return this.level(0).length;
  }

  /** Returns the index of the leaf. */
  append(leaf: Hash): number {
    return this.level(0).push(leaf) - 1;
  }

  root(): Hash {
    this.hash();
    return this.level(OUTBOX_DEPTH)[0] ?? EMPTY_OUTBOX_ROOT;
  }

  leaves(start: number, count: number): Hash[] {
    return this.level(0).slice(start, start + count);
  }

  /**
   * Siblings that prove leaves start .. start + count - 1, level by level from the leaves: the left sibling first if the
   * range's left end is odd, then the right one if its right end is even (contracts/src/bridge/IBridge.sol, execute).
   * @throws ProtocolError OUTBOX_RANGE_INVALID
   */
  rangeProof(start: number, count: number): Hash[] {
    checkRange(start, count);
    if (start + count > this.count) {
      throw rangeError(`range ends behind the last of ${this.count} leaves`, { start, count });
    }
    this.hash();
    const proof: Hash[] = [];
    let left = start;
    let right = start + count - 1;
    for (let height = 0; height < OUTBOX_DEPTH; height++) {
      if (left % 2 === 1) proof.push(this.node(height, left - 1));
      if (right % 2 === 0) proof.push(this.node(height, right + 1));
      left = Math.floor(left / 2);
      right = Math.floor(right / 2);
    }
    return proof;
  }

  private hash(): void {
    if (this.hashed === this.count) return;
    let from = this.hashed;
    for (let height = 0; height < OUTBOX_DEPTH; height++) {
      from = Math.floor(from / 2);
      const upper = this.level(height + 1);
      const length = Math.ceil(this.level(height).length / 2);
      for (let i = from; i < length; i++) {
        upper[i] = hashPair(this.node(height, 2 * i), this.node(height, 2 * i + 1));
      }
    }
    this.hashed = this.count;
  }

  private level(height: number): Hash[] {
    return this.levels[height] ?? [];
  }

  private node(height: number, index: number): Hash {
    return this.level(height)[index] ?? emptyAt(height);
  }
}

/** {@link OutboxTree.rangeProof} of a tree with these leaves. */
export function rangeProof(leaves: Hash[], start: number, count: number): Hash[] {
  return OutboxTree.fromLeaves(leaves).rangeProof(start, count);
}

/** True when `leaves` are the leaves start .. of the tree with this root. Never throws for a bad proof. */
export function verifyRange(root: Hash, start: number, leaves: Hash[], proof: Hash[]): boolean {
  checkRange(start, leaves.length);
  let nodes = leaves;
  let left = start;
  let used = 0;
  for (let height = 0; height < OUTBOX_DEPTH; height++) {
    const right = left + nodes.length - 1;
    const row = [...nodes];
    if (left % 2 === 1) {
      const sibling = proof[used++];
      if (sibling === undefined) return false;
      row.unshift(sibling);
    }
    if (right % 2 === 0) {
      const sibling = proof[used++];
      if (sibling === undefined) return false;
      row.push(sibling);
    }
    nodes = [];
    for (let i = 0; i < row.length; i += 2) nodes.push(hashPair(row[i] ?? ZERO, row[i + 1] ?? ZERO));
    left = Math.floor(left / 2);
  }
  return used === proof.length && nodes.length === 1 && nodes[0]?.toLowerCase() === root.toLowerCase();
}

function checkRange(start: number, count: number): void {
  if (
    !Number.isSafeInteger(start) ||
    !Number.isSafeInteger(count) ||
    start < 0 ||
    count < 1 ||
    start + count > 2 ** 32
  ) {
    throw rangeError('not a range of leaves', { start, count });
  }
}

function rangeError(reason: string, details: Record<string, unknown>): ProtocolError {
  return new ProtocolError('OUTBOX_RANGE_INVALID', `Outbox range is invalid: ${reason}`, {
    details,
    hint: 'Ask for at least one existing message.',
  });
}

function hashPair(left: Hash, right: Hash): Hash {
  return keccak256(concatHex([left, right]));
}

function emptyRoots(): Hash[] {
  const roots: Hash[] = [ZERO];
  for (let height = 1; height <= OUTBOX_DEPTH; height++) {
    const below = roots[height - 1] ?? ZERO;
    roots.push(hashPair(below, below));
  }
  return roots;
}

function emptyAt(height: number): Hash {
  return EMPTY[height] ?? ZERO;
}
