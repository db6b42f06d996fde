import { bytesToHex } from '@tephra/engine';
import { MAX_POV_BLOCKS } from '@tephra/protocol';
import { headerNotFound } from '../errors.ts';
import { quantity } from '../hex.ts';
import { defineMethod } from '../method.ts';
import { blockRef, optional } from '../params.ts';
import { headerOf } from '../resolve.ts';

/** Everything that is needed to execute some blocks again, for verifiers that trust nobody (docs/engine.md). */
export const tephraGetPov = defineMethod({
  name: 'tephra_getPov',
  doc: {
    text: `Proof of validity of a sealed block, or of up to ${MAX_POV_BLOCKS} that follow each other: with the bytes in \`proof\` and stvf.wasm anybody can execute them and compare the output roots (docs/engine.md). Full nodes have it of blocks whose state they keep.`,
    params: ['first: block', 'last?: block'],
    result: '{firstBlock, lastBlock, parentOutputRoot, outputRoot, proof}',
    errors: [
      '-32000 header not found',
      '-32000 POV_RANGE, POV_NOT_KEPT, POV_BUSY or POV_FAILED in `data.code`; the hint says what would work',
    ],
  },
  params: [blockRef, optional(blockRef)],
  handle: async (context, firstRef, lastRef) => {
    const first = headerOf(context, firstRef);
    const last = lastRef === undefined ? first : headerOf(context, lastRef);
    if (first === undefined || last === undefined) throw headerNotFound();
    const proof = await context.prove(first.number, last.number);
    return {
      firstBlock: quantity(first.number),
      lastBlock: quantity(last.number),
      parentOutputRoot: context.chain.blockByNumber(first.number - 1n)?.outputRoot,
      outputRoot: context.chain.blockByNumber(last.number)?.outputRoot,
      proof: bytesToHex(proof),
    };
  },
});
