import type { StateTestCase } from '@tephra/engine/statetest';
import { program, programCase } from './programCase.ts';

const HASHED_AT_ONCE = 65_536;
const MAX_INIT_CODE = 49_152;
const MAX_CODE = 24_576;

const CREATE = 'f0';
const GAS = '5a';
const KECCAK256 = '20';
const RETURN = 'f3';
const STATICCALL = 'fa';

/** Precompiled contracts, and the longest inputs that the layer's caps let them have: hashes and the identity, pairings, sums. */
const PRECOMPILES = [
  [2, 32_768],
  [3, 32_768],
  [4, 32_768],
  [8, 116 * 192],
  [15, 121 * 384],
  [12, 642 * 160],
  [14, 339 * 288],
] as const;

/** The beginning of a program: fills so many bytes of memory with words of which no byte is 0, in a loop. */
const filled = (bytes: number): string => `5f5b8019815260200162${bytes.toString(16).padStart(6, '0')}811060015750`;

/** Init code that returns the longest code there may be. */
const LONGEST = `${filled(MAX_CODE)}61${MAX_CODE.toString(16)}5f${RETURN}`;

/** Programs with steps that take as much as the bounds of the machine let one take, each behind steps of usual ones. */
export const worstPrograms = (): StateTestCase[] => [
  programCase(program(filled(HASHED_AT_ONCE), HASHED_AT_ONCE, 0, KECCAK256)),
  programCase(program(filled(HASHED_AT_ONCE + 9_000), HASHED_AT_ONCE + 8_705, 0, KECCAK256)),
  programCase(program(filled(MAX_INIT_CODE), MAX_INIT_CODE, 0, 0, CREATE)),
  programCase(program(`7f${LONGEST.padEnd(64, '0')}5f52`, LONGEST.length / 2, 0, 0, CREATE)),
  ...PRECOMPILES.map(([id, size]) => programCase(program(filled(size), 0, 0, size, 0, id, GAS, STATICCALL))),
];
