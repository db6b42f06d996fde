/** go-ethereum's words (core/vm/errors.go) for the reasons of ethereumjs. */
const WORDS: Record<string, string> = {
  'out of gas': 'out of gas',
  'code store out of gas': 'contract creation code storage out of gas',
  'code size to deposit exceeds maximum code size': 'max code size exceeded',
  'stack underflow': 'stack underflow',
  'stack overflow': 'stack limit reached 1024 (1023)',
  'invalid opcode': 'invalid opcode',
  'value out of range': 'return data out of bounds',
  'static state change': 'write protection',
  'create collision': 'contract address collision',
  'value overflow': 'gas uint64 overflow',
  'insufficient balance': 'insufficient balance for transfer',
  'invalid bytecode deployed': 'invalid code: must not begin with 0xef',
  'initcode exceeds max initcode size': 'max initcode size exceeded',
};

/** Why execution ended other than by STOP, RETURN or REVERT, in the words that tools know. */
export function haltReason(error: string): string {
  // ethereumjs adds where.
  if (error.startsWith('invalid JUMP')) return 'invalid jump destination';
  return WORDS[error] ?? error;
}
