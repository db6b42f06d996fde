import { type Digest, hashPair } from '../commit/hash.ts';
import { TreeError } from './errors.ts';

/**
 * A tree whose last given node is repeated up to its right end. Only the given nodes and what is above them are kept: what is
 * right of them is the same at each height.
 */
export class PaddedTree {
  readonly height: number;
  /** By height; those that cover a given node. */
  readonly #levels: Digest[][];
  /** By height: a node below which all is filler. */
  readonly #fillers: Digest[];

  /**
   * @param nodes what the tree begins with, at least one
   * @param filler what follows them
   */
  constructor(nodes: Digest[], filler: Digest, height: number) {
    this.height = height;
    this.#levels = [nodes];
    this.#fillers = [filler];
    for (let level = 1; level <= height; level++) {
      const below = this.#levels[level - 1]!;
      const fillerBelow = this.#fillers[level - 1]!;
      const here: Digest[] = [];
      for (let i = 0; i < below.length; i += 2) here.push(hashPair(below[i]!, below[i + 1] ?? fillerBelow));
      this.#levels.push(here);
      this.#fillers.push(hashPair(fillerBelow, fillerBelow));
    }
  }

  get root(): Digest {
    return this.node(this.height, 0);
  }

  /** @param height above the given nodes */
  node(height: number, position: number): Digest {
    if (height < 0 || height > this.height || position < 0 || position >= 2 ** (this.height - height)) {
      throw new TreeError('OUTSIDE', `no node ${position} at height ${height} of a tree of height ${this.height}`);
    }
    return this.#levels[height]![position] ?? this.#fillers[height]!;
  }
}
