/** Numbers of assembly/status.ts that the host tells apart. */
export const RETURNED = 3;
export const REVERTED = 4;

/** go-ethereum's words (core/vm/errors.go) for the numbers of assembly/status.ts. */
const WORDS: Record<number, string> = {
  5: 'out of gas',
  6: 'invalid opcode',
  7: 'stack underflow',
  8: 'stack limit reached 1024 (1023)',
  9: 'invalid jump destination',
  10: 'write protection',
  11: 'return data out of bounds',
  12: 'max code size exceeded',
  13: 'invalid code: must not begin with 0xef',
  14: 'contract creation code storage out of gas',
  15: 'contract address collision',
  16: 'max initcode size exceeded',
  17: 'out of gas',
  18: 'max call depth exceeded',
  19: 'insufficient balance for transfer',
  20: 'nonce uint64 overflow',
};

/** Why execution ended; undefined for STOP, RETURN and REVERT. */
export const haltReason = (status: number): string | undefined =>
  status <= REVERTED ? undefined : (WORDS[status] ?? `status ${status}`);
