import { encodeAbiParameters, type Hash, keccak256 } from 'viem';
import type { Output } from './types.ts';

/** First word of every output root, so that a later layout cannot be mistaken for this one. */
export const OUTPUT_VERSION = 1n;

/**
 * Commitment to the chain after one block: keccak256(abi.encode(OUTPUT_VERSION, stateRoot, blockHash, outboxRoot,
 * inboxPosition, inboxAccumulator, l1OriginNumber, l1OriginHash, historyRoot)) (contracts/src/rollup/IRollup.sol).
 */
export function outputRoot(output: Output): Hash {
  return keccak256(
    encodeAbiParameters(OUTPUT_ROOT_PARAMETERS, [
      OUTPUT_VERSION,
      output.stateRoot,
      output.blockHash,
      output.outboxRoot,
      output.inboxPosition,
      output.inboxAccumulator,
      output.l1OriginNumber,
      output.l1OriginHash,
      output.historyRoot,
    ]),
  );
}

const OUTPUT_ROOT_PARAMETERS = [
  { type: 'uint256' },
  { type: 'bytes32' },
  { type: 'bytes32' },
  { type: 'bytes32' },
  { type: 'uint64' },
  { type: 'bytes32' },
  { type: 'uint64' },
  { type: 'bytes32' },
  { type: 'bytes32' },
] as const;
