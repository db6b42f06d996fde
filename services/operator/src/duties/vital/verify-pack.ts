import { findFrame, type L1Client } from '@tephra/l1';
import { BatchError, contentOfFrames, type Hash, type Hex, outputRoot, type Pack } from '@tephra/protocol';
import { VitalError } from './errors.ts';
import type { RollupFacts } from './rollup-facts.ts';
import { contentKey, type VerifiedBlock } from './verify-blocks.ts';

/** The newest pack on the L1. */
export type PackTip = { index: bigint; lastBlock: bigint; outputRoot: Hash };

/**
 * Compares a pack with the blocks that were verified and with its frames, which are read from the L1: whoever has nothing but
 * the L1 must find exactly these blocks there.
 * @param blocks all of the pack's, verified
 * @throws VitalError PACK_DIFFERS, and retryable ones while frames are not found
 */
export async function verifyPack(
  pack: Pack,
  { facts, tip, blocks }: { facts: RollupFacts; tip: PackTip; blocks: readonly VerifiedBlock[] },
  { client }: { client: L1Client },
): Promise<void> {
  if (pack.index !== tip.index + 1n || pack.firstBlock !== tip.lastBlock + 1n) {
    throw differs(pack, 'it does not follow the newest pack on the L1', true);
  }
  const last = blocks.at(-1);
  const roots = blocks.map((block) => block.outputRoot);
  if (pack.parentOutputRoot !== tip.outputRoot) throw differs(pack, 'it builds on another output than the L1 has');
  if (last?.number !== pack.lastBlock || blocks[0]?.number !== pack.firstBlock)
    throw differs(pack, 'blocks are missing');
  if (!equal(roots, pack.outputRoots)) throw differs(pack, 'its output roots are not those of its blocks');
  if (outputRoot(pack.output) !== last.outputRoot) throw differs(pack, 'its output is not that of its last block');
  const found = await Promise.all(pack.frames.map((frame) => findFrame(client, facts.batchRegistry, frame)));
  const frames = found.map(({ frame }) => frame).filter((frame): frame is Hex => frame !== undefined);
  if (frames.length < pack.frames.length) throw differs(pack, 'its frames are not on the L1', true);
  let content: ReturnType<typeof contentOfFrames>;
  try {
    content = contentOfFrames(frames, pack);
  } catch (cause) {
    if (!(cause instanceof BatchError)) throw cause;
    throw differs(pack, `its frames cannot be read: ${cause.message}`);
  }
  if (content.contentRoot !== pack.contentRoot) throw differs(pack, 'its frames do not give its content root');
  const keys = blocks.map((block) => block.content);
  if (!equal(content.blocks.map(contentKey), keys)) throw differs(pack, 'its frames hold other blocks');
}

function equal(a: readonly Hash[], b: readonly Hash[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

function differs(pack: Pack, reason: string, retryable = false): VitalError {
  return new VitalError(
    'PACK_DIFFERS',
    `pack ${pack.index} (blocks ${pack.firstBlock} to ${pack.lastBlock}): ${reason}`,
    {
      retryable,
      hint: 'It is not signed; a bonded proposer can post what operators do not sign.',
    },
  );
}
