import type { Address, Hex } from '@tephra/protocol';
import type { Log } from '../engine.ts';
import type { MessageOutcome } from '../transaction/message.ts';
import { haltReason, RETURNED, REVERTED } from './haltReason.ts';
import type { ProgramExports } from './program.ts';
import type { ProgramMemory } from './programMemory.ts';

/** What the last message came to. */
export function readOutcome(program: ProgramExports, memory: ProgramMemory, creates: boolean): MessageOutcome {
  const status = program.status();
  const succeeded = status <= RETURNED;
  const createdContracts: Address[] = [];
  for (let i = 0; succeeded && i < program.createdCount(); i++) {
    const at = program.createdAccount(i);
    if (at !== 0) createdContracts.push(`0x${memory.hex(at, 20)}`);
  }
  return {
    status: succeeded ? 'success' : status === REVERTED ? 'reverted' : 'halted',
    gasUsed: program.gasUsed(),
    logs: succeeded ? readLogs(program, memory) : [],
    returnData: `0x${memory.hex(program.outputData(), program.outputSize())}`,
    haltReason: haltReason(status),
    createdAddress: creates ? `0x${memory.hex(program.contractAddress(), 20)}` : undefined,
    createdContracts,
  };
}

function readLogs(program: ProgramExports, memory: ProgramMemory): Log[] {
  const logs: Log[] = [];
  const view = memory.view();
  let at = program.logData();
  const end = at + program.logSize();
  const hex = (from: number, length: number): Hex => `0x${view.toString('hex', from, from + length)}`;
  while (at < end) {
    const count = view.readUInt32LE(at + 20);
    const length = view.readUInt32LE(at + 24);
    const data = at + 28 + 32 * count;
    logs.push({
      address: hex(at, 20),
      topics: Array.from({ length: count }, (_, i) => hex(at + 28 + 32 * i, 32)),
      data: hex(data, length),
    });
    at = data + ((length + 3) & ~3);
  }
  return logs;
}
