import { type BlockInput, contentInput } from '@tephra/dispute';
import type { L1Facts } from '@tephra/dispute/verifier';
import { bytesToHex, codeKey, encodeRlp, headerToRlp, hexToBytes } from '@tephra/engine';
import {
  type BlockContent,
  blockRowHash,
  contentOfFrames,
  contentRoot,
  encodeContent,
  type Hash,
  type PackContent,
  transactionDigest,
} from '@tephra/protocol';
import type { ProvenLine } from '../../pov/testing.ts';
import { contentOf } from '../../transition/index.ts';

/** What a pack with these blocks commits to, as if each transaction lay in one frame; frames refuse what no block can have. */
export function packContentOf(blocks: BlockContent[]): PackContent {
  let firstTx = 0;
  const blockRows = blocks.map((block) => {
    const row = { ...block, firstTx, txCount: block.transactions.length };
    firstTx += block.transactions.length;
    return blockRowHash(row);
  });
  const raws = blocks.flatMap(({ transactions }) => transactions.map((raw) => hexToBytes(raw)));
  const transactionDigests = raws.map((raw) => transactionDigest([raw]));
  return {
    blocks,
    blockRows,
    transactionDigests,
    pieceLengths: raws.map((raw) => [raw.length]),
    contentRoot: contentRoot({ blockRows, transactionDigests }),
  };
}

/** What a batch carries of the blocks `first` to `last` of a line, counted from 1. */
export const contentsOf = (proven: ProvenLine, first: number, last: number): BlockContent[] =>
  proven.blocks(first, last).map((block) => contentOf(block.header, block.l1Origin, block.transactions));

/** A claim about block `number` of a line, in a pack of the blocks `first` to `last`. */
export function blockInputOf(proven: ProvenLine, number: number, first = number, last = number): BlockInput {
  const pack = contentOfFrames(encodeContent(contentsOf(proven, first, last)).frames);
  return inputOf(proven, number, pack, number - first);
}

/** A claim about a block in place of block `number` of a line, which is the `index`-th of a pack. */
export function inputOf(proven: ProvenLine, number: number, pack: PackContent, index: number): BlockInput {
  const { chainId } = proven.line.genesis;
  const parent = proven.parent(number);
  const { store } = proven.line;
  const { l1OriginNumber } = pack.blocks[index]!;
  const advances = l1OriginNumber > parent.l1Origin.number;
  return {
    chainId,
    rules: proven.line.genesis,
    capped: true,
    parent: {
      output: parent.output,
      header: bytesToHex(encodeRlp(headerToRlp(parent.header))),
      history: hashesBefore(proven, number),
    },
    content: contentInput(pack, index),
    origin: { header: advances ? proven.l1.header(l1OriginNumber) : '0x' },
    messages: advances ? proven.l1.messages(parent.output.inboxPosition, l1OriginNumber) : [],
    nodes: [],
    preimage: (hash) => store.get(hash) ?? store.get(codeKey(hash)),
  };
}

/** Hashes of the up to 256 blocks before block `number`. */
function hashesBefore(proven: ProvenLine, number: number): Hash[] {
  const first = Math.max(0, number - 256);
  return Array.from({ length: number - first }, (_, i) => proven.parent(first + i + 1).header.hash);
}

/** What the L1 knows of a line. */
export function l1FactsOf({ l1 }: ProvenLine): L1Facts {
  const { number } = l1.origin();
  const origins = new Map<bigint, Hash>();
  for (let n = 0n; n <= number; n++) origins.set(n, l1.blockAt(n).hash);
  return { messages: l1.messages(0n, number), origins };
}
