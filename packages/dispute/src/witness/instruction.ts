import { CHUNK_BYTES, CHUNK_TREE_DEPTH, chunksOf } from '../commit/chunkTree.ts';
import { partialProof } from '../commit/wordTree.ts';
import type { Code, Env } from '../machine/env.ts';
import { peek } from '../machine/ops/op.ts';
import { frameWords, type Run, runWords } from '../machine/state.ts';
import { nextOp } from '../machine/step.ts';
import { WitnessWriter } from './writer.ts';

function writeChunk(out: WitnessWriter, code: Code, index: number): void {
  out.words(...partialProof(chunksOf(code), index, CHUNK_TREE_DEPTH));
}

/** State, frame and the instruction that is next: all that is read of one whose stack or constant gas does not suffice. */
export function openInstruction(run: Run, env: Env): WitnessWriter {
  const out = new WitnessWriter().words(...runWords(run), ...frameWords(run.frame));
  const code = env.code(run.frame.codeHash);
  const { pc } = run.frame;
  if (pc < code.bytes.length) writeChunk(out, code, Math.floor(pc / CHUNK_BYTES));
  return out;
}

/** 0s, 10s, and those of 50s to 90s that use neither memory nor state. */
export function stackWitness(run: Run, env: Env): Uint8Array {
  const out = openInstruction(run, env);
  const { frame } = run;
  const { opcode, op } = nextOp(run, env);
  const code = env.code(frame.codeHash);
  if (op!.takes > 0) out.stack(frame.stack, op!.takes);
  const jumps = opcode === 0x56 || (opcode === 0x57 && peek(run, 1) !== 0n);
  if (jumps && peek(run, 0) < BigInt(code.bytes.length)) {
    writeChunk(out, code, Math.floor(Number(peek(run, 0)) / CHUNK_BYTES));
  }
  const operandSize = opcode >= 0x60 && opcode <= 0x7f ? opcode - 0x5f : 0;
  for (let taken = 0; taken < operandSize; ) {
    const at = frame.pc + 1 + taken;
    writeChunk(out, code, Math.floor(at / CHUNK_BYTES));
    taken += CHUNK_BYTES - (at % CHUNK_BYTES);
  }
  return out.bytes();
}
