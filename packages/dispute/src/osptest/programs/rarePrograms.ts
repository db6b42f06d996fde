import type { StateTestCase } from '@tephra/engine/statetest';
import { program, programCase } from './programCase.ts';

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

/** Instructions that few official tests have, one after the other. */
const INSTRUCTIONS = program(
  ...range(1, 17),
  ...range(0x80, 0x9f).map(hex),
  // SMOD, XOR, BLOCKHASH of the block before, SELFBALANCE, MCOPY.
  ...['07', '18', '600440', '47', '60205f60405e'],
  // LOG4 of 32 bytes.
  '60205fa4',
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

/** What the sample of official tests lacks. */
export const rarePrograms = (): StateTestCase[] => [
  programCase(INSTRUCTIONS),
  programCase(program(creates(`60ef5f53${'60015ff3'}`))),
  programCase(program(creates(returnsBytes(20_000))), { gasLimit: 3_000_000n }),
  programCase(program(`5f${CREATE}50${STOP}`), { nonce: (1n << 64n) - 1n }),
  programCase(DEEP, { gasLimit: 1n << 40n }),
];
