import { partialProof, type WordTree } from '../commit/wordTree.ts';
import { HISTORY_DEPTH } from '../machine/context.ts';
import type { Env } from '../machine/env.ts';
import { HASHED_AT_ONCE } from '../machine/ops/memory.ts';
import { expand, peek } from '../machine/ops/op.ts';
import { frameContextWords, type Run } from '../machine/state.ts';
import { nextOp } from '../machine/step.ts';
import { openInstruction } from './instruction.ts';
import type { WitnessWriter } from './writer.ts';

/** Words that hold a range of bytes. */
export function writeRange(out: WitnessWriter, tree: WordTree, offset: number, length: number): void {
  if (length === 0) return;
  const first = Math.floor(offset / 32);
  out.range(tree, first, Math.floor((offset + length - 1) / 32) - first + 1);
}

/** Whether memory for a range can be paid for. */
const canExpand = (run: Run, offset: bigint, size: bigint, extra = 0n): boolean => {
  const copy: Run = { ...run, frame: { ...run.frame } };
  return expand(copy, offset, size) && copy.frame.gas >= extra;
};

const words = (size: bigint): bigint => (size + 31n) >> 5n;

/** KECCAK256, loads and stores, beginnings of copies, logs. */
export function memoryWitness(run: Run, env: Env): Uint8Array {
  const out = openInstruction(run, env);
  const { opcode, op: known } = nextOp(run, env);
  const op = known!;
  const { frame } = run;
  if (opcode === 0x37) out.words(...frameContextWords(frame.context));
  if (opcode >= 0xa0 && frame.isStatic) return out.bytes();
  out.stack(frame.stack, op.takes);
  // Gas beyond the constant part is looked at where the verifier reads on only if it suffices.
  const paid: Run = { ...run, frame: { ...frame, gas: frame.gas - op.gas } };
  const offset = peek(run, 0);
  const size = op.takes > 1 ? peek(run, 1) : 32n;
  if (opcode === 0x51 || opcode === 0x52) {
    if (canExpand(paid, offset, 32n)) writeRange(out, frame.memory, Number(offset), 32);
  } else if (opcode === 0x53) {
    if (canExpand(paid, offset, 1n)) writeRange(out, frame.memory, Number(offset), 1);
  } else if (opcode === 0x20) {
    // A longer one is taken up by steps of its own, which show what they take.
    if (size <= HASHED_AT_ONCE && canExpand(paid, offset, size, 6n * words(size))) {
      writeRange(out, frame.memory, Number(offset), Number(size));
    }
  } else if (opcode >= 0xa0 && canExpand(paid, offset, size, 8n * size)) {
    out.range(run.logs.tree, run.logs.count, 1);
  }
  return out.bytes();
}

/** What the frame, the transaction and the block are. */
export function contextWitness(run: Run, env: Env): Uint8Array {
  const out = openInstruction(run, env);
  const { opcode, op: known } = nextOp(run, env);
  const op = known!;
  const { frame, tx, block } = run;
  const isOfFrame = opcode >= 0x33 && opcode <= 0x36;
  const isOfTransaction = opcode === 0x32 || opcode === 0x3a || opcode === 0x49;
  if (isOfFrame) out.words(...frameContextWords(frame.context));
  else if (isOfTransaction) out.words(...tx.words);
  else if (opcode >= 0x40) out.words(...block.words);
  if (op.takes > 0) out.stack(frame.stack, op.takes);
  const operand = op.takes > 0 ? peek(run, 0) : 0n;
  if (opcode === 0x35) {
    const { input } = frame.context;
    const available = operand < BigInt(input.length) ? input.length - Number(operand) : 0;
    writeRange(out, input.tree, input.offset + Number(available > 0 ? operand : 0n), Math.min(32, available));
  } else if (opcode === 0x40) {
    const { number, history } = block.fields;
    const isKept = operand < number && number - operand <= 256n;
    if (isKept) out.words(...partialProof(history, Number(operand % 256n), HISTORY_DEPTH));
  } else if (opcode === 0x49 && operand < BigInt(tx.fields.blobHashes.length)) {
    out.words(tx.fields.blobHashes[Number(operand)]!).range(tx.blobHashes, Number(operand), 1);
  }
  return out.bytes();
}
