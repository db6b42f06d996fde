import { bytesToHex, OPCODES } from '@tephra/engine';
import type { DisassembledInstruction } from '@tephra/protocol';

const NAMES = new Map([...OPCODES].map(([name, opcode]) => [opcode, name]));

/** What an opcode is called; behind the code and where there is no instruction too. */
export const nameOf = (opcode: number): string => NAMES.get(opcode) ?? `0x${opcode.toString(16).padStart(2, '0')}`;

const pushedBy = (opcode: number): number => (opcode >= 0x60 && opcode <= 0x7f ? opcode - 0x5f : 0);

/** Instructions around the one at `pc`, `count` of them before and behind it. */
export function disassemble(code: Uint8Array, pc: number, count: number): DisassembledInstruction[] {
  const lines: DisassembledInstruction[] = [];
  let behind = 0;
  for (let at = 0; at < code.length && behind < count; ) {
    const opcode = code[at]!;
    const pushed = pushedBy(opcode);
    const line: DisassembledInstruction = { pc: at, name: nameOf(opcode), current: at === pc };
    if (pushed > 0) line.push = bytesToHex(filled(code, at + 1, pushed));
    lines.push(line);
    if (at > pc) behind++;
    else if (lines.length > count + 1) lines.shift();
    at += 1 + pushed;
  }
  // Behind its end code stops.
  if (pc >= code.length) lines.push({ pc, name: 'STOP', current: true });
  return lines;
}

/** Zeros follow the code. */
function filled(code: Uint8Array, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  bytes.set(code.subarray(from, from + length));
  return bytes;
}
