import type { InboxMessage } from '@tephra/protocol';
import type { Digest } from '../commit/hash.ts';
import type { WordTree } from '../commit/wordTree.ts';

export type Fork = 'cancun' | 'prague';

/** Code with its hash; `tree` holds its bytes as words. */
export type Code = {
  hash: bigint;
  bytes: Uint8Array;
  tree: WordTree;
  /** Whether a JUMPDEST that is no operand is at `pc`. */
  isJumpDestination(pc: number): boolean;
};

export type WorldAccount = { nonce: bigint; balance: bigint; codeHash: bigint; storageRoot: bigint };

/** State that the block began with. */
export interface World {
  account(address: bigint): WorldAccount | null;
  slot(address: bigint, storageRoot: bigint, key: bigint): bigint;
  /** Nodes of the state's trie on the way to an account, and of a storage trie to a slot (EIP-1186); of an empty trie none. */
  accountProof(address: bigint): Uint8Array[];
  slotProof(storageRoot: bigint, key: bigint): Uint8Array[];
}

/** Output and gas of a precompiled contract; undefined where the call fails and takes all its gas. */
export type RunPrecompile = (
  id: number,
  input: Uint8Array,
  gas: bigint,
) => { output: Uint8Array; gas: bigint } | undefined;

/** What stays the same in all steps of a chain. */
export type ChainEnv = {
  fork: Fork;
  chainId: bigint;
  blockGasLimit: bigint;
  /** Nobody pays for anything. */
  gasless: boolean;
  minBaseFee: bigint;
  /** Wei for each byte of a transaction. */
  dataFeePerByte: bigint;
  /** Whether the layer's bounds on inputs of precompiled contracts hold. */
  capped: boolean;
};

/** Chain of official state tests: of it only the fork and the number count. */
export const testChain = (fork: Fork): ChainEnv => ({
  fork,
  chainId: 1n,
  blockGasLimit: 0n,
  gasless: false,
  minBaseFee: 0n,
  dataFeePerByte: 0n,
  capped: false,
});

/** Gives nodes of tries by their hash; undefined for one that is not at hand. */
export type NodeReader = (hash: Digest) => Uint8Array | undefined;

/** What a block's transactions are made of; no part of states, but shown where they are read. */
export type Inputs = {
  /** Raw transactions of the content. */
  transactions: readonly Uint8Array[];
  /** Lengths of the pieces in which each of them lies in the pack's frames; absent: in one. */
  pieces?: readonly (readonly number[])[];
  /** Digests of all transactions of the pack. */
  txs: WordTree;
  /** Messages of the inbox that the block takes. */
  messages: readonly InboxMessage[];
};

/** What stays the same in all steps of a block. */
export type Env = ChainEnv & {
  /** Absent where no block is gone through. */
  inputs?: Inputs;
  world: World;
  /** Nodes of the state that the block began with, and those that were kept. */
  node: NodeReader;
  /** Keeps a node that a flush made. None is ever taken out, so that states of every step stay readable. */
  keepNode(hash: Digest, node: Uint8Array): void;
  /** @throws when nobody has shown that code */
  code(hash: bigint): Code;
  /** Makes code known. */
  keepCode(bytes: Uint8Array): Code;
  precompile: RunPrecompile;
};
