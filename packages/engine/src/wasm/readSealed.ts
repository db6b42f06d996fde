import type { Address } from '@tephra/protocol';
import type { SealedState } from '../engine.ts';
import { codeKey } from '../state/committedState.ts';
import { CODE, type ProgramExports } from './program.ts';
import type { ProgramMemory } from './programMemory.ts';
import { codeAt } from './readChanges.ts';

/** Code and trie nodes that the last `sealState` made. */
export function readWrites(program: ProgramExports, memory: ProgramMemory): SealedState['writes'] {
  const writes: SealedState['writes'] = [];
  for (let i = 0; i < program.newCodeCount(); i++) {
    const at = program.newCode(i);
    writes.push([codeKey(memory.bytes(at + CODE.hash, 32)), codeAt(memory, at)]);
  }
  // One copy of all, of which each node is a part (assembly/output.ts).
  const nodes = Buffer.from(memory.bytes(program.nodeData(), program.nodeSize()).buffer);
  for (let at = 0; at < nodes.length; ) {
    const end = at + 36 + nodes.readUInt32LE(at + 32);
    writes.push([nodes.subarray(at, at + 32), nodes.subarray(at + 36, end)]);
    at = end;
  }
  return writes;
}

/** Accounts that it changed. */
export function readWrittenAccounts(program: ProgramExports, memory: ProgramMemory): Address[] {
  return Array.from(
    { length: program.writtenCount() },
    (_, i): Address => `0x${memory.hex(program.writtenAccount(i), 20)}`,
  );
}
