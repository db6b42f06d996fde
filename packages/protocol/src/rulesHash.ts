import { encodeAbiParameters, type Hash, keccak256 } from 'viem';
import type { ChainRules } from './blockContext.ts';
import { hardforkNumber } from './hardfork.ts';

const WORDS = Array.from({ length: 6 }, () => ({ type: 'uint256' }) as const);

/**
 * What a rollup contract says of the rules by which the L1 executes steps of its chain (contracts/src/rollup/IRollup.sol,
 * `rulesHash`): keccak256 of the fork's number, the chain id, the gas limit of blocks, 1 for a gasless chain, the least base fee
 * and the fee for a byte of data, a word each.
 */
export function rulesHash(rules: ChainRules & { chainId: bigint }): Hash {
  const { hardfork, chainId, blockGasLimit, gasless, minBaseFee, dataFeePerByte } = rules;
  const fork = BigInt(hardforkNumber(hardfork));
  return keccak256(
    encodeAbiParameters(WORDS, [fork, chainId, blockGasLimit, gasless ? 1n : 0n, minBaseFee, dataFeePerByte]),
  );
}
