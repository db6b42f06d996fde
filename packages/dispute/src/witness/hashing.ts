import { ABSORBED_BYTES } from '../machine/ops/memory.ts';
import { frameWords, type Pending, pendingWords, type Run, runWords } from '../machine/state.ts';
import { writeRange } from './memory.ts';
import { WitnessWriter } from './writer.ts';

/** A part of a long hash: the sponge, and the bytes that it takes up. */
export function hashingWitness(run: Run, pending: Extract<Pending, { kind: 'absorb' }>): Uint8Array {
  const { source, done, sponge } = pending;
  const out = new WitnessWriter()
    .words(...runWords(run))
    .words(...frameWords(run.frame))
    .words(...pendingWords(pending))
    .words(...sponge.words);
  writeRange(out, source.tree, source.offset + done, Math.min(ABSORBED_BYTES, source.length - done));
  return out.bytes();
}
