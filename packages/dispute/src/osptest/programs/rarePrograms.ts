import type { StateTestCase } from '@tephra/engine/statetest';
import type { Hex } from '@tephra/protocol';
import { type ProgramOptions, program, programCase } from './programCase.ts';

const CREATE = '5f5ff0';
const STOP = '00';
const returnsBytes = (count: number): string => `61${count.toString(16).padStart(4, '0')}5ff3`;

/** Stores init code of at most 32 bytes and creates with it. */
const creates = (init: string): string => {
  const size = (init.length / 2).toString(16).padStart(2, '0');
  return `7f${init.padEnd(64, '0')}5f5260${size}${CREATE}50${STOP}`;
};

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const hex = (opcode: number): string => opcode.toString(16).padStart(2, '0');
const popped = (opcode: number): string => `${hex(opcode)}50`;
/** Of an account without code. */
const CALLED = '61beef5a';

/** Every instruction that is not an end of a frame, one after the other. */
const INSTRUCTIONS = program(
  // JUMP and JUMPI, which have to know where they are.
  ...['6003565b', '60016009575b'],
  ...range(1, 17),
  ...range(0x80, 0x9f).map(hex),
  // Of two words: with a copy of the uppermost; of three; of one.
  ...[...range(0x01, 0x07), 0x0a, 0x0b, ...range(0x10, 0x14), 0x16, 0x17, 0x18, ...range(0x1a, 0x1d)].map(
    (opcode) => `80${hex(opcode)}`,
  ),
  ...['808008', '808009', '15', '19'],
  // Of none.
  ...[0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3a, 0x3d, ...range(0x41, 0x48), 0x4a, 0x58, 0x59, 0x5a, 0x5f].map(popped),
  ...range(1, 32).map((size) => `${hex(0x5f + size)}${'5b'.repeat(size)}50`),
  // Of one that is 0, and of the account itself.
  ...[0x35, 0x49, 0x51, 0x54, 0x5c].map((opcode) => `5f${popped(opcode)}`),
  ...[0x31, 0x3b, 0x3f].map((opcode) => `30${popped(opcode)}`),
  // BLOCKHASH of the block before; KECCAK256; writes; copies.
  ...['60044050', '60205f2050', '5f5f52', '5f5f53', '60015f55', '60015f5d'],
  ...['60015f5f37', '60015f5f39', '5f5f5f3e', '60015f5f303c', '60205f60405e'],
  ...range(0, 4).map((topics) => `${'5f'.repeat(topics)}60205f${hex(0xa0 + topics)}`),
  ...['f1', 'f2'].map((opcode) => `5f5f5f5f5f${CALLED}${opcode}50`),
  ...['f4', 'fa'].map((opcode) => `5f5f5f5f${CALLED}${opcode}50`),
  ...[`5f${CREATE}50`, '5f5f5f5ff550'],
  STOP,
);

/** CALLs itself until that fails, then CREATEs: which fails at the same depth. */
const DEEP = program(
  ...range(1, 5).map(() => '5f'),
  '305af1',
  '603257',
  `5f${CREATE}50`,
  ...range(1, 40).map(() => '5b'),
);

const named = (name: string, code: Hex, options?: ProgramOptions): StateTestCase => ({
  ...programCase(code, options),
  name,
});

/** What official tests, or samples of them, lack. */
export const rarePrograms = (): StateTestCase[] => [
  named('every instruction', INSTRUCTIONS),
  ...['RETURN', 'REVERT', 'SELFDESTRUCT'].map((name, i) => named(name, program(['5f5ff3', '5f5ffd', '30ff'][i]!))),
  named('code that begins with 0xef', program(creates('60ef5f5360015ff3'))),
  named('code that is not paid for', program(creates(returnsBytes(20_000))), { gasLimit: 3_000_000n }),
  named('a creator with the last nonce', program(`5f${CREATE}50${STOP}`), { nonce: (1n << 64n) - 1n }),
  named('calls and creations at the greatest depth', DEEP, { gasLimit: 1n << 40n }),
];
