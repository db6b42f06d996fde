import type { Address, ChainRules } from '@tephra/protocol';
import type { VerifierEnv } from './calls.ts';

/** What the verifier on the L1 is told of a chain. */
export const envOf = (
  { chainId, rules }: { chainId: bigint; rules: ChainRules },
  at: { codes: Address; origins: Address; inbox: Address },
): VerifierEnv => ({
  ...at,
  fork: rules.hardfork === 'prague' ? 1n : 0n,
  chainId,
  blockGasLimit: rules.blockGasLimit,
  gasless: rules.gasless ? 1n : 0n,
  minBaseFee: rules.minBaseFee,
  dataFeePerByte: rules.dataFeePerByte,
  capped: 1n,
});
