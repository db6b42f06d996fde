import { OPCODES } from '@tephra/engine/statetest';

/** Gas of all steps of a kind. */
export type GasClass = { label: string; gas: bigint[] };

/** Median and worst; 0 of nothing. */
export function spread(gas: readonly bigint[]): { median: bigint; worst: bigint } {
  const sorted = [...gas].sort((a, b) => (a < b ? -1 : 1));
  return { median: sorted[sorted.length >> 1] ?? 0n, worst: sorted.at(-1) ?? 0n };
}

/** Names of classes, by the first opcodes that are in them, up to the next. */
const CLASSES: [number, string][] = [
  [0x00, 'end of a frame (STOP)'],
  [0x01, 'arithmetic, comparison, bitwise logic'],
  [0x20, 'KECCAK256'],
  [0x30, 'what the frame, the transaction and the block are'],
  [0x50, 'stack and counter'],
  [0x60, 'PUSH'],
  [0x80, 'stack and counter'],
  [0xa0, 'LOG'],
  [0xf0, 'calls and creations'],
];

const OF_ONE_OPCODE: Readonly<Record<string, string>> = {
  MLOAD: 'MLOAD, MSTORE, MSTORE8',
  MSTORE: 'MLOAD, MSTORE, MSTORE8',
  MSTORE8: 'MLOAD, MSTORE, MSTORE8',
  SLOAD: 'storage and transient storage',
  SSTORE: 'storage and transient storage',
  TLOAD: 'storage and transient storage',
  TSTORE: 'storage and transient storage',
  JUMP: 'JUMP, JUMPI',
  JUMPI: 'JUMP, JUMPI',
  PUSH0: 'PUSH',
  BALANCE: 'about accounts',
  SELFBALANCE: 'about accounts',
  EXTCODESIZE: 'about accounts',
  EXTCODEHASH: 'about accounts',
  EXTCODECOPY: 'beginning of a copy',
  CALLDATACOPY: 'beginning of a copy',
  CODECOPY: 'beginning of a copy',
  RETURNDATACOPY: 'beginning of a copy',
  MCOPY: 'beginning of a copy',
  RETURN: 'end of a frame (RETURN, REVERT)',
  REVERT: 'end of a frame (RETURN, REVERT)',
  SELFDESTRUCT: 'SELFDESTRUCT',
};

const OTHERS: Readonly<Record<string, string>> = {
  load: 'a key brought nearer, out of a trie or the block’s journal',
  copy: 'a part of a copy, 1 KiB',
  precompile: 'precompiled contract',
  initCode: 'hash of init code',
  create: 'beginning of a creation',
  deposit: 'deposit of code',
  absorb: 'a part of a long hash, 4,352 bytes',
  between: 'beginning of a block’s end',
  'no instruction': 'an instruction that fails',
};

const NAMES = new Map([...OPCODES].map(([name, opcode]) => [opcode, name]));

/** Class of a kind of steps. */
export function classOf(label: string): string {
  const other = OTHERS[label];
  if (other !== undefined) return other;
  if (!label.startsWith('0x')) {
    const [kind] = label.split(' ');
    if (kind === 'start') return 'what comes before the first frame';
    if (kind === 'end') return 'what comes after the first frame';
    if (kind === 'halt') return 'back to the frame below';
    return kind === 'flush' ? 'a slot or account into its trie' : label;
  }
  if (label.includes(' ')) return 'an instruction that fails';
  const opcode = Number(label);
  const name = NAMES.get(opcode) ?? '';
  return OF_ONE_OPCODE[name] ?? CLASSES.filter(([first]) => first <= opcode).at(-1)![1];
}

/** Gas by class, most usual first. */
export function gasByClass(kinds: readonly GasClass[]): GasClass[] {
  const classes = new Map<string, bigint[]>();
  for (const { label, gas } of kinds) {
    const name = classOf(label);
    classes.set(name, [...(classes.get(name) ?? []), ...gas]);
  }
  return [...classes].map(([label, gas]) => ({ label, gas })).sort((a, b) => (a.label < b.label ? -1 : 1));
}
