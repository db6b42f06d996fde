import { type Address, type GenesisConfig, type Hash, rulesHash } from '@tephra/protocol';
import { DerivationError } from './errors.ts';

/**
 * Compares what a rollup contract says of its chain's rules with the chain's configuration: by other rules the L1 would execute
 * steps of the chain in a dispute, and right packs could fall or wrong ones stand.
 * @param recorded `IRollup.rulesHash()`
 * @throws DerivationError RULES_MISMATCH
 */
export function checkRules(rollup: Address, recorded: Hash, config: GenesisConfig): void {
  const expected = rulesHash(config);
  if (recorded === expected) return;
  throw new DerivationError('RULES_MISMATCH', `${rollup} was made for other rules than its configuration has`, {
    details: { rollup, recorded, expected },
    hint: 'Disputes about this chain would come out wrong: do not use it.',
  });
}
