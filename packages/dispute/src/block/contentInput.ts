import type { Hash, PackContent } from '@tephra/protocol';
import { type WordTree, withWords } from '../commit/wordTree.ts';
import type { BlockInput } from './blockMachine.ts';

/** The part of a claim about a block that is its pack's content. @param index place of the block in the pack */
export function contentInput(pack: PackContent, index: number): BlockInput['content'] {
  const { number, timestamp, l1OriginNumber, transactions } = pack.blocks[index]!;
  const firstTx = pack.blocks.slice(0, index).reduce((sum, block) => sum + block.transactions.length, 0);
  return {
    number,
    timestamp,
    originNumber: l1OriginNumber,
    transactions,
    pieces: pack.pieceLengths.slice(firstTx, firstTx + transactions.length),
    index,
    firstTx,
    blocksTree: treeOf(pack.blockRows),
    txsTree: treeOf(pack.transactionDigests),
    txCount: pack.transactionDigests.length,
    blockCount: pack.blocks.length,
  };
}

const treeOf = (words: readonly Hash[]): WordTree => withWords(undefined, 0, words.map(BigInt));
