import type { AccountData, StateChanges } from '../state/committedState.ts';
import { ACCOUNT, CLEARED, CODE, type ProgramExports, SLOT } from './program.ts';
import type { ProgramMemory } from './programMemory.ts';

const unpad = (value: Uint8Array): Uint8Array => {
  let start = 0;
  while (start < value.length && value[start] === 0) start++;
  return value.slice(start);
};

/** What the block has changed so far. @param accountAt decodes the record at an address */
export function readChanges(
  program: ProgramExports,
  memory: ProgramMemory,
  accountAt: (at: number) => AccountData,
): StateChanges {
  const changes: StateChanges = { accounts: new Map(), storage: new Map(), codes: new Map() };
  for (let i = 0; i < program.changedAccountCount(); i++) {
    const at = program.changedAccount(i);
    const key = memory.hex(at, 20);
    changes.accounts.set(key, program.isEmpty(at) ? null : accountAt(at));
    const cleared = (memory.view().readUInt32LE(at + ACCOUNT.flags) & CLEARED) !== 0;
    if (cleared) changes.storage.set(key, { cleared, slots: new Map() });
  }
  for (let i = 0; i < program.changedSlotCount(); i++) {
    const at = program.changedSlot(i);
    if (at === 0) continue;
    const key = memory.hex(memory.view().readUInt32LE(at + SLOT.owner), 20);
    let change = changes.storage.get(key);
    if (change === undefined) {
      change = { cleared: false, slots: new Map() };
      changes.storage.set(key, change);
    }
    change.slots.set(memory.word(at + SLOT.key).toString('hex'), unpad(memory.word(at + SLOT.value)));
  }
  for (let i = 0; i < program.newCodeCount(); i++) {
    const at = program.newCode(i);
    changes.codes.set(memory.hex(at + CODE.hash, 32), codeAt(memory, at));
  }
  return changes;
}

/** Bytes of a code record. */
export function codeAt(memory: ProgramMemory, at: number): Uint8Array {
  const view = memory.view();
  return memory.bytes(view.readUInt32LE(at + CODE.data), view.readUInt32LE(at + CODE.length));
}
