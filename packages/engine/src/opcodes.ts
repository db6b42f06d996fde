import type { CallKind } from './tracing.ts';

/** Runs of opcodes of Cancun: the first's number and their names. */
const RUNS: [number, string][] = [
  [0x00, 'STOP ADD MUL SUB DIV SDIV MOD SMOD ADDMOD MULMOD EXP SIGNEXTEND'],
  [0x10, 'LT GT SLT SGT EQ ISZERO AND OR XOR NOT BYTE SHL SHR SAR'],
  [0x20, 'KECCAK256'],
  [0x30, 'ADDRESS BALANCE ORIGIN CALLER CALLVALUE CALLDATALOAD CALLDATASIZE CALLDATACOPY CODESIZE CODECOPY GASPRICE'],
  [0x3b, 'EXTCODESIZE EXTCODECOPY RETURNDATASIZE RETURNDATACOPY EXTCODEHASH'],
  [0x40, 'BLOCKHASH COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE BLOBHASH BLOBBASEFEE'],
  [0x50, 'POP MLOAD MSTORE MSTORE8 SLOAD SSTORE JUMP JUMPI PC MSIZE GAS JUMPDEST TLOAD TSTORE MCOPY'],
  [0x5f, Array.from({ length: 33 }, (_, i) => `PUSH${i}`).join(' ')],
  [0x80, Array.from({ length: 16 }, (_, i) => `DUP${i + 1}`).join(' ')],
  [0x90, Array.from({ length: 16 }, (_, i) => `SWAP${i + 1}`).join(' ')],
  [0xa0, 'LOG0 LOG1 LOG2 LOG3 LOG4'],
  [0xf0, 'CREATE CALL CALLCODE RETURN DELEGATECALL CREATE2'],
  [0xfa, 'STATICCALL'],
  [0xfd, 'REVERT'],
  [0xff, 'SELFDESTRUCT'],
];

/** Number of each opcode of Cancun by its name. */
export const OPCODES: ReadonlyMap<string, number> = new Map(
  RUNS.flatMap(([first, names]) => names.split(' ').map((name, i) => [name, first + i] as const)),
);

const NAMES = new Map([...OPCODES].map(([name, opcode]) => [opcode, name]));
// go-ethereum's own.
NAMES.set(0x44, 'DIFFICULTY');
NAMES.set(0xfe, 'INVALID');

/** By the opcodes of calls and creations. */
export const CALL_KINDS: Readonly<Record<number, CallKind>> = {
  240: 'CREATE',
  241: 'CALL',
  242: 'CALLCODE',
  244: 'DELEGATECALL',
  245: 'CREATE2',
  250: 'STATICCALL',
};

/** What traces call an opcode. */
export const opcodeName = (opcode: number): string =>
  NAMES.get(opcode) ?? `opcode 0x${opcode.toString(16)} not defined`;
