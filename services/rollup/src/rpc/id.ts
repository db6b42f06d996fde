import { randomBytes } from 'node:crypto';
import type { Hex } from '@tephra/protocol';
import { quantity } from './hex.ts';

/** Nobody can guess it; in the form of a quantity, because some clients read ids as numbers and write them again. */
export function randomId(): Hex {
  return quantity(BigInt(`0x${randomBytes(16).toString('hex')}`));
}
