import type { Bls } from '@tephra/crypto';
import type { G1Point, G2Point, Hash } from '@tephra/protocol';
import { toHex } from 'viem';
import type { L1Client } from '../client.ts';
import { operatorStateRetrieverAbi } from '../generated/abis.ts';
import { AvsStateError } from './errors.ts';
import type { AvsOperator, OperatorStateReader, OperatorStateSource } from './readOperatorState.ts';

/** Argument of `BLSSignatureChecker.checkSignatures`. */
export type NonSignerStakesAndSignature = {
  nonSignerQuorumBitmapIndices: readonly number[];
  /** Ascending by hash, as the contract demands. */
  nonSignerPubkeys: readonly G1Point[];
  /** Sum of all members' keys, of each quorum. */
  quorumApks: readonly G1Point[];
  apkG2: G2Point;
  sigma: G1Point;
  quorumApkIndices: readonly number[];
  totalStakeIndices: readonly number[];
  nonSignerStakeIndices: readonly (readonly number[])[];
};

export type SignedAggregate = {
  referenceBlockNumber: number;
  quorumNumbers: readonly number[];
  /** Members of these quorums at that block who did not sign. */
  nonSignerIds: readonly Hash[];
  /** A signer counts once for each of the quorums that it is in: so does the contract when it sums up keys. */
  sigma: G1Point;
  apkG2: G2Point;
};

/**
 * What a contract needs to check an aggregate: the non-signers and where in the registries' history their stakes and the
 * quorums' keys stand. All of it is read anew, so that it fits the chain as it is now.
 * @throws AvsStateError OPERATOR_SET_CHANGED when a non-signer is no member at that block (any more)
 */
export async function checkSignaturesParams(
  signed: SignedAggregate,
  deps: { client: L1Client; source: OperatorStateSource; reader: OperatorStateReader; bls: Bls },
): Promise<NonSignerStakesAndSignature> {
  const { client, source, reader, bls } = deps;
  const nonSignerIds = [...signed.nonSignerIds].sort();
  const [operators, indices] = await Promise.all([
    reader.operatorsAt(signed.quorumNumbers, signed.referenceBlockNumber),
    client.readContract({
      address: source.operatorStateRetriever,
      abi: operatorStateRetrieverAbi,
      functionName: 'getCheckSignaturesIndices',
      args: [
        source.registryCoordinator,
        signed.referenceBlockNumber,
        toHex(Uint8Array.from(signed.quorumNumbers)),
        nonSignerIds,
      ],
    }),
  ]);
  const byId = new Map(operators.map((operator) => [operator.operatorId, operator]));
  const nonSigners = nonSignerIds.map((id) => {
    const operator = byId.get(id);
    if (operator) return operator;
    throw new AvsStateError(
      'OPERATOR_SET_CHANGED',
      `operator ${id} is no member at block ${signed.referenceBlockNumber}`,
    );
  });
  return {
    nonSignerQuorumBitmapIndices: indices.nonSignerQuorumBitmapIndices,
    nonSignerPubkeys: nonSigners.map(({ g1 }) => g1),
    quorumApks: signed.quorumNumbers.map((_, index) => bls.aggregateG1(keysOf(operators, index))),
    apkG2: signed.apkG2,
    sigma: signed.sigma,
    quorumApkIndices: indices.quorumApkIndices,
    totalStakeIndices: indices.totalStakeIndices,
    nonSignerStakeIndices: indices.nonSignerStakeIndices,
  };
}

function keysOf(operators: readonly AvsOperator[], quorumIndex: number): G1Point[] {
  return operators.filter(({ stakes }) => stakes[quorumIndex] !== null).map(({ g1 }) => g1);
}
