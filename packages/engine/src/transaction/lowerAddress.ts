import type { Address } from '@tephra/protocol';
import { InvalidTransactionError } from '../errors.ts';

/** An address from outside in the form that states are keyed by. @throws InvalidTransactionError MALFORMED */
export function lowerAddress(address: Address): Address {
  const lower = address.toLowerCase() as Address;
  if (lower.length !== 42) throw new InvalidTransactionError('MALFORMED', 'invalid sender');
  return lower;
}
