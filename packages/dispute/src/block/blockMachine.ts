import { bytesToHex, createPrecompiles, hexToBytes, keccak256 } from '@tephra/engine';
import {
  blockRowHash,
  type ChainRules,
  type Hash,
  type Hex,
  type InboxMessage,
  type Output,
  outputRoot,
} from '@tephra/protocol';
import { type Digest, hashWords, sameBytes, wordBytes } from '../commit/hash.ts';
import { type WordTree, withWords, wordAt, wordTreeRoot } from '../commit/wordTree.ts';
import { CodeBook } from '../machine/code.ts';
import type { Env, Inputs } from '../machine/env.ts';
import type { State } from '../machine/state.ts';
import { ClaimError } from './errors.ts';
import { NodeWorld } from './nodeWorld.ts';
import type { OpeningInput } from './opening.ts';

/** What a claim's states follow from: the first of them, and what is the same in all. */
export type ClaimMachine = { initial: State; env: Env };

/** All that a claim about a block is about, and what is needed to execute it. */
export type BlockInput = {
  chainId: bigint;
  rules: ChainRules;
  /** Whether the layer's bounds on inputs of precompiled contracts hold: on every chain. */
  capped: boolean;
  parent: {
    output: Output;
    /** RLP. */
    header: Hex;
    /** Hashes of the blocks up to the parent, in ascending order: the last 256, or all when they are fewer. */
    history: readonly Hash[];
  };
  content: {
    number: bigint;
    timestamp: bigint;
    originNumber: bigint;
    /** Raw. */
    transactions: readonly Hex[];
    /** Lengths of the pieces in which each of them lies in the pack's frames; absent: in one. */
    pieces?: readonly (readonly number[])[];
    /** Place of the block in its pack. */
    index: number;
    /** Transactions of the pack's blocks before it. */
    firstTx: number;
    /** The pack's trees of blocks and of transactions (packages/protocol/src/content/contentRoot.ts), with their sizes. */
    blocksTree: WordTree;
    txsTree: WordTree;
    txCount: number;
    blockCount: number;
  };
  /** RLP of the header of the L1 block that is the origin; not looked at when it is the parent's. */
  origin: { header: Hex };
  /** Messages of the inbox that the parent has not consumed, up to the origin. */
  messages: readonly InboxMessage[];
  /** Nodes of the parent's state and code, such as a proof of validity has. */
  nodes: readonly Uint8Array[];
  /**
   * What else is at hand of the state: bringing accounts and emptying a journal slot by slot looks at nodes that execution
   * doesn't need.
   */
  preimage?: (hash: Uint8Array) => Uint8Array | undefined;
};

/**
 * The machine of a claim "from the parent's output root, with the content under the content root, to an output root".
 * @throws ClaimError where the parent's parts don't belong together
 */
export function blockMachine(input: BlockInput): ClaimMachine {
  const { rules, chainId, parent } = input;
  const header = hexToBytes(parent.header);
  if (!sameBytes(keccak256(header), hexToBytes(parent.output.blockHash))) {
    throw new ClaimError('WRONG_PARENT', 'The header is not that of the parent’s output', {
      hint: 'Give header and output of the same block.',
    });
  }
  const known = new Map<string, Uint8Array>();
  const keepNode = (hash: Digest, node: Uint8Array): void => void known.set(bytesToHex(hash), node);
  for (const node of input.nodes) keepNode(keccak256(node), node);
  const node = (hash: Digest): Uint8Array | undefined => known.get(bytesToHex(hash)) ?? input.preimage?.(hash);
  const codes = new CodeBook();
  const env: Env = {
    fork: rules.hardfork,
    chainId,
    blockGasLimit: rules.blockGasLimit,
    gasless: rules.gasless,
    minBaseFee: rules.minBaseFee,
    dataFeePerByte: rules.dataFeePerByte,
    capped: input.capped,
    world: new NodeWorld(node, BigInt(parent.output.stateRoot)),
    node,
    keepNode,
    code: (hash) => codes.find(hash) ?? codes.keep(shown(node, hash)),
    keepCode: (code) => codes.keep(code),
    precompile: createPrecompiles(chainId, input.capped),
    inputs: inputsOf(input),
  };
  return { initial: { kind: 'opening', input: openingInput(input, header) }, env };
}

const inputsOf = ({ content, messages }: BlockInput): Inputs => ({
  transactions: content.transactions.map((raw) => hexToBytes(raw)),
  ...(content.pieces === undefined ? {} : { pieces: content.pieces }),
  txs: content.txsTree,
  messages,
});

function shown(node: Env['node'], hash: bigint): Uint8Array {
  const code = node(wordBytes(hash));
  if (code !== undefined) return code;
  throw new ClaimError('UNKNOWN_CODE', `Code 0x${hash.toString(16).padStart(64, '0')} is not at hand`, {
    hint: 'Give all code that the block runs.',
  });
}

function openingInput({ content, parent, origin, messages }: BlockInput, header: Uint8Array): OpeningInput {
  const { number, timestamp, originNumber, firstTx, transactions, index } = content;
  const row = { number, timestamp, l1OriginNumber: originNumber, firstTx, txCount: transactions.length };
  if (BigInt(blockRowHash(row)) !== wordAt(content.blocksTree, index)) {
    throw new ClaimError('WRONG_CONTENT', `Block ${number} is not the pack’s block ${index}`, {
      hint: 'Give the pack’s trees and the block’s own content.',
    });
  }
  const txsRoot = wordTreeRoot(content.txsTree);
  const blocks = content.blocksTree;
  return {
    parentOutputRoot: hexToBytes(outputRoot(parent.output)),
    contentRoot: hashWords(wordTreeRoot(blocks), txsRoot, content.txCount, content.blockCount),
    number,
    index: BigInt(index),
    content: { blocks, txsRoot, txCount: BigInt(content.txCount), blockCount: BigInt(content.blockCount) },
    row: { number, timestamp, originNumber, firstTx: BigInt(firstTx), txCount: BigInt(transactions.length) },
    parent: { output: parent.output, header, history: historyOf(parent.history, number - 1n) },
    originHeader: hexToBytes(origin.header),
    messageCount: messages.length,
    inboxAccumulator: hexToBytes(messages.at(-1)?.accumulator ?? parent.output.inboxAccumulator),
  };
}

/** @param last number of the block with the last of the hashes */
function historyOf(hashes: readonly Hash[], last: bigint): WordTree {
  return hashes.reduce<WordTree>((tree, hash, i) => {
    const number = last - BigInt(hashes.length - 1 - i);
    return withWords(tree, Number(number % 256n), [BigInt(hash)]);
  }, undefined);
}
