import { bytesToHex, keccak256 } from '@tephra/engine';
import type { Pack } from '@tephra/protocol';
import { hexToBytes } from 'viem';
import { CodeBook } from '../machine/code.ts';
import { type Env, testChain } from '../machine/env.ts';
import { ReadingError } from './errors.ts';
import { READER_CODE } from './frameReader.ts';
import { Reading } from './reading.ts';

/** All that a claim about what a pack's frames hold is about. */
export type ReadingInput = {
  pack: Pick<Pack, 'firstBlock' | 'lastBlock' | 'frames'>;
  /** What the hashes in the pack stand for. */
  frames: readonly Uint8Array[];
};

/**
 * The machine of a claim "the pack's frames decode to its content root".
 * @throws ReadingError where the frames are not the pack's
 */
export function readingMachine({ pack, frames }: ReadingInput): { initial: Reading; env: Env } {
  const frameHashes = pack.frames.map((hash) => hexToBytes(hash));
  pack.frames.forEach((hash, i) => {
    const frame = frames[i];
    if (frame === undefined || bytesToHex(keccak256(frame)) !== hash) {
      throw new ReadingError('WRONG_FRAMES', `frame ${i} is not the one with hash ${hash}`, {
        details: { frame: i, hash },
        hint: 'Give the frames of the pack in their order.',
      });
    }
  });
  const packed = new Uint8Array(32 * frameHashes.length);
  frameHashes.forEach((hash, i) => {
    packed.set(hash, 32 * i);
  });
  const codes = new CodeBook();
  codes.keep(READER_CODE);
  const initial = new Reading({
    source: {
      frames,
      frameHashes,
      framesHash: keccak256(packed),
      firstBlock: pack.firstBlock,
      blockCount: pack.lastBlock - pack.firstBlock + 1n,
    },
    nextFrame: 0,
    txCount: 0,
    txs: undefined,
    blocksDone: 0,
    blocks: undefined,
    open: null,
  });
  return { initial, env: readingEnv(codes) };
}

/** The reader looks at nothing but its calldata: there is no state, and no precompiled contract is called. */
function readingEnv(codes: CodeBook): Env {
  const none = (): never => {
    throw new Error('a frame is read without a state');
  };
  return {
    ...testChain('cancun'),
    world: { account: none, slot: none, accountProof: none, slotProof: none },
    node: () => undefined,
    keepNode: none,
    code: (hash) => codes.get(hash),
    keepCode: (bytes) => codes.keep(bytes),
    precompile: none,
  };
}
