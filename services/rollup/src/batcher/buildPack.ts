import type { BlockContent, Hash, Hex, Pack } from '@tephra/protocol';
import { keccak256 } from 'viem';
import type { ChainReader, StoredBlock } from '../chain.ts';
import { contentOf } from '../transition/index.ts';
import { BatcherError } from './errors.ts';

/** Frames of one pack that are aimed at; each is an L1 transaction of about 2.7 M gas. */
const FRAMES_AIMED_AT = 24;

/** Blocks as frames, and the root of what these hold. */
export type EncodedBlocks = { frames: Hex[]; contentRoot: Hash };

export type BuiltPack = { pack: Pack; frames: Hex[]; transactions: number };

/**
 * Pack `index` of the blocks range.firstBlock .. range.lastBlock, or of fewer when they fill too many frames.
 * @param terminalFrom the block that left the chain settled, when there is one: packs up to it or to an addendum are terminal
 * @throws BatcherError BLOCK_MISSING
 */
export async function buildPack(
  input: {
    index: bigint;
    range: { firstBlock: bigint; lastBlock: bigint };
    parentOutputRoot: Hex;
    terminalFrom: bigint | null;
  },
  deps: { chain: Pick<ChainReader, 'blockByNumber'>; encode: (blocks: BlockContent[]) => Promise<EncodedBlocks> },
): Promise<BuiltPack> {
  let blocks = readBlocks(deps.chain, input.range);
  for (;;) {
    const contents = blocks.map((block) => contentOf(block.header, block.l1Origin, block.transactions));
    const { frames, contentRoot } = await deps.encode(contents);
    if (frames.length > FRAMES_AIMED_AT && blocks.length > 1) {
      blocks = blocks.slice(0, Math.max(1, Math.floor((blocks.length * FRAMES_AIMED_AT) / frames.length)));
      continue;
    }
    const last = blocks.at(-1)!;
    return {
      frames,
      transactions: contents.reduce((sum, content) => sum + content.transactions.length, 0),
      pack: {
        index: input.index,
        firstBlock: input.range.firstBlock,
        lastBlock: last.header.number,
        parentOutputRoot: input.parentOutputRoot,
        contentRoot,
        output: last.output,
        outputRoots: blocks.map((block) => block.outputRoot),
        frames: frames.map((frame) => keccak256(frame)),
        terminal: input.terminalFrom !== null && last.header.number >= input.terminalFrom,
      },
    };
  }
}

function readBlocks(
  chain: Pick<ChainReader, 'blockByNumber'>,
  range: { firstBlock: bigint; lastBlock: bigint },
): StoredBlock[] {
  const blocks: StoredBlock[] = [];
  for (let number = range.firstBlock; number <= range.lastBlock; number++) {
    const block = chain.blockByNumber(number);
    if (!block) {
      throw new BatcherError('BLOCK_MISSING', `block ${number} is not in this node’s store`, {
        hint: 'Rebuild the chain from the L1: its data folder is not whole.',
      });
    }
    blocks.push(block);
  }
  return blocks;
}
