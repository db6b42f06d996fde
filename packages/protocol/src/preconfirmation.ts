import { encodeAbiParameters, type Hash, keccak256, stringToHex } from 'viem';
import type { Preconfirmation } from './types.ts';

const PROMISE_DOMAIN = keccak256(stringToHex('tephra.preconfirmation.v1'));
const BLOCK_DOMAIN = keccak256(stringToHex('tephra.block.v1'));

/**
 * What the producer signs (plain ECDSA over these 32 bytes) for a tier-0 promise: keccak256(abi.encode(domain, chainId,
 * transactionHash, blockNumber, transactionIndex, parentHash, success, gasUsed)).
 */
export function preconfirmationDigest(promise: Omit<Preconfirmation, 'signature'>): Hash {
  return keccak256(
    encodeAbiParameters(
      [
        { type: 'bytes32' },
        { type: 'uint256' },
        { type: 'bytes32' },
        { type: 'uint64' },
        { type: 'uint64' },
        { type: 'bytes32' },
        { type: 'bool' },
        { type: 'uint64' },
      ],
      [
        PROMISE_DOMAIN,
        promise.chainId,
        promise.transactionHash,
        promise.blockNumber,
        BigInt(promise.transactionIndex),
        promise.parentHash,
        promise.status === 'success',
        promise.gasUsed,
      ],
    ),
  );
}

/** What the producer signs for a sealed block: keccak256(abi.encode(domain, chainId, number, blockHash)). */
export function blockDigest(block: { chainId: bigint; number: bigint; hash: Hash }): Hash {
  return keccak256(
    encodeAbiParameters(
      [{ type: 'bytes32' }, { type: 'uint256' }, { type: 'uint64' }, { type: 'bytes32' }],
      [BLOCK_DOMAIN, block.chainId, block.number, block.hash],
    ),
  );
}
