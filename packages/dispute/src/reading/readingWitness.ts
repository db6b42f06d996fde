import { MAX_FRAMES } from '@tephra/protocol';
import { type Receipt, receiptWords, refWords } from '../machine/state.ts';
import { WitnessWriter } from '../witness/writer.ts';
import { OUTPUT_HEAD_WORDS } from './frameInput.ts';
import { type Appending, appendingWords, type Reading } from './reading.ts';
import { nextAppended, outputOf, readingOf } from './readingStep.ts';

/** What the L1 is shown of a step around the reader's runs, and the frame that it must have been shown before. */
export type ReadingWitness = { bytes: Uint8Array; frames: Uint8Array[] };

/** @param state of a receipt, one whose purpose is a reading */
export function readingWitness(state: Reading | Receipt | Appending): ReadingWitness {
  switch (state.kind) {
    case 'reading':
      return witnessOfReading(state);
    case 'receipt':
      return { bytes: witnessOfOutput(state), frames: [] };
    case 'appending':
      return { bytes: witnessOfAppending(state), frames: [] };
  }
}

function witnessOfReading(reading: Reading): ReadingWitness {
  const { source, nextFrame, open } = reading.fields;
  const out = new WitnessWriter().words(...reading.words);
  if (reading.isLast || source.frames.length > MAX_FRAMES) return { bytes: out.bytes(), frames: [] };
  out.words(...source.frameHashes, ...(open ?? []));
  return { bytes: out.bytes(), frames: [source.frames[nextFrame]!] };
}

function witnessOfOutput(receipt: Receipt): Uint8Array {
  const out = new WitnessWriter().words(...receiptWords(receipt), ...receipt.tx.words);
  if (!receipt.succeeded) return out.bytes();
  const output = outputOf(receipt);
  return out
    .words(...readingOf(receipt).words)
    .range(receipt.logs.tree, 0, 1)
    .words(0, 0, ...refWords(output))
    .range(output.tree, output.offset / 32, OUTPUT_HEAD_WORDS)
    .bytes();
}

function witnessOfAppending(state: Appending): Uint8Array {
  const out = new WitnessWriter().words(...appendingWords(state), ...state.reading.words);
  if (state.done === state.blockCount + state.txCount) return out.bytes();
  const { tree, target, count } = nextAppended(state);
  return out
    .range(state.output, state.firstWord + state.done, count)
    .range(state[tree], target, count)
    .bytes();
}
