import type { RewardsClaim } from '@tephra/api';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { concatHex, encodePacked, getAddress, keccak256, zeroHash } from 'viem';
import type { Earnings } from './history.ts';

/** First bytes of leaves, see IRewardsCoordinator.sol. */
const EARNER_LEAF = 0;
const TOKEN_LEAF = 1;

type EarnerNode = { earner: Address; index: number; tokens: [Address, bigint][]; tokenLevels: Hash[][] };

/** The Merkle trees of one distribution root: earners, and the tokens of each, both ascending by address. */
export class EarnerTree {
  readonly #earners = new Map<Address, EarnerNode>();
  readonly #levels: Hash[][];

  /** @param earnings of at least one earner */
  constructor(earnings: Earnings) {
    const leaves = [...earnings.entries()].sort(byAddress).map(([earner, amounts], index) => {
      const tokens = [...amounts.entries()].sort(byAddress);
      const tokenLevels = levelsOf(tokens.map(tokenLeaf));
      this.#earners.set(earner, { earner, index, tokens, tokenLevels });
      return earnerLeaf(earner, rootOf(tokenLevels));
    });
    this.#levels = levelsOf(leaves);
  }

  get root(): Hash {
    return rootOf(this.#levels);
  }

  /** @param earner lower case */
  earnings(earner: Address): [token: Address, amount: bigint][] {
    return this.#earners.get(earner)?.tokens ?? [];
  }

  /**
   * What RewardsCoordinator.processClaim takes.
   * @param tokens of the earner, lower case; others would be refused by the contract
   */
  claim(rootIndex: number, earner: Address, tokens: readonly Address[]): RewardsClaim | null {
    const node = this.#earners.get(earner);
    const chosen = node?.tokens
      .map(([token], index) => ({ token, index }))
      .filter(({ token }) => tokens.includes(token));
    if (!node || !chosen?.length) return null;
    return {
      rootIndex,
      earnerIndex: node.index,
      earnerTreeProof: proofOf(this.#levels, node.index),
      earnerLeaf: { earner: getAddress(earner), earnerTokenRoot: rootOf(node.tokenLevels) },
      tokenIndices: chosen.map(({ index }) => index),
      tokenTreeProofs: chosen.map(({ index }) => proofOf(node.tokenLevels, index)),
      tokenLeaves: chosen.map(({ index }) => {
        const [token, amount] = node.tokens[index] ?? [zeroHash, 0n];
        return { token: getAddress(token), cumulativeEarnings: String(amount) };
      }),
    };
  }
}

function byAddress([a]: readonly [Address, unknown], [b]: readonly [Address, unknown]): number {
  return a < b ? -1 : 1;
}

function earnerLeaf(earner: Address, tokenRoot: Hash): Hash {
  return keccak256(encodePacked(['uint8', 'address', 'bytes32'], [EARNER_LEAF, earner, tokenRoot]));
}

function tokenLeaf([token, amount]: [Address, bigint]): Hash {
  return keccak256(encodePacked(['uint8', 'address', 'uint256'], [TOKEN_LEAF, token, amount]));
}

/** Leaves, padded with zeros to a power of two, first; the root alone last. */
function levelsOf(leaves: readonly Hash[]): Hash[][] {
  let size = 1;
  while (size < leaves.length) size *= 2;
  const levels: Hash[][] = [[...leaves, ...Array<Hash>(size - leaves.length).fill(zeroHash)]];
  for (let level = levels[0] ?? []; level.length > 1; level = levels.at(-1) ?? []) {
    const next: Hash[] = [];
    for (let index = 0; index < level.length; index += 2)
      next.push(keccak256(concatHex(level.slice(index, index + 2))));
    levels.push(next);
  }
  return levels;
}

function rootOf(levels: readonly Hash[][]): Hash {
  return levels.at(-1)?.[0] ?? zeroHash;
}

function proofOf(levels: readonly Hash[][], leaf: number): Hex {
  const siblings = levels.slice(0, -1).map((level, height) => level[(leaf >> height) ^ 1] ?? zeroHash);
  return siblings.length === 0 ? '0x' : concatHex(siblings);
}
