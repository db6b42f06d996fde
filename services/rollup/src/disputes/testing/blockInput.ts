import { type BlockInput, contentInput } from '@tephra/dispute';
import type { L1Facts } from '@tephra/dispute/verifier';
import { bytesToHex, codeKey, encodeRlp, headerToRlp } from '@tephra/engine';
import { contentOfFrames, encodeContent, type Hash } from '@tephra/protocol';
import type { ProvenLine } from '../../pov/testing.ts';
import { contentOf } from '../../transition/index.ts';

/** A claim about block `number` of a line, in a pack of the blocks `first` to `last`, counted from 1. */
export function blockInputOf(proven: ProvenLine, number: number, first = number, last = number): BlockInput {
  const { chainId } = proven.line.genesis;
  const stored = proven.blocks(first, last);
  const contents = stored.map((block) => contentOf(block.header, block.l1Origin, block.transactions));
  const pack = contentOfFrames(encodeContent(contents).frames);
  const parent = proven.parent(number);
  const { l1Origin } = stored[number - first]!;
  const { store } = proven.line;
  const hasOrigin = l1Origin.number !== parent.l1Origin.number;
  return {
    chainId,
    rules: proven.line.genesis,
    capped: true,
    parent: {
      output: parent.output,
      header: bytesToHex(encodeRlp(headerToRlp(parent.header))),
      history: hashesBefore(proven, number),
    },
    content: contentInput(pack, number - first),
    origin: { header: proven.l1.header(l1Origin.number) },
    messages: hasOrigin ? proven.l1.messages(parent.output.inboxPosition, l1Origin.number) : [],
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
