import type { Bls, PreparedKey } from '@tephra/crypto';
import {
  type AttestationCertificate,
  type AttestationTask,
  decodeG1,
  encodeG1,
  encodeG2,
  type Hash,
  type Hex,
  type WireG1,
} from '@tephra/protocol';
import type { OperatorSet } from './operator-set.ts';
import type { Tally } from './tally.ts';

/** A verified answer. */
export type CountedResponse = { operatorId: Hash; digest: Hash; response: Hex; signature: WireG1 };

/**
 * Sums up the signatures behind one answer. A signer's signature and key count once for each of the task's quorums that it
 * is in, because the contract sums up the quorums' keys, each of which holds the signer's.
 */
export function buildCertificate(
  input: {
    task: AttestationTask;
    set: OperatorSet;
    leading: Tally;
    responses: Iterable<CountedResponse>;
    createdAt: number;
  },
  deps: { bls: Bls; keyOf: (operatorId: Hash) => PreparedKey },
): Omit<AttestationCertificate, 'submission'> {
  const { task, set, leading, createdAt } = input;
  const signers = [...input.responses].filter(({ digest }) => digest === leading.digest);
  const times = <T>(operatorId: Hash, value: T): T[] =>
    Array.from({ length: set.membershipsOf(operatorId) }, () => value);
  const signed = new Set(signers.map(({ operatorId }) => operatorId));
  return {
    avs: task.avs,
    taskId: task.taskId,
    digest: leading.digest,
    response: signers[0]!.response,
    referenceBlockNumber: task.referenceBlockNumber,
    quorumNumbers: task.quorumNumbers,
    nonSignerIds: set.members.map(({ operatorId }) => operatorId).filter((id) => !signed.has(id)),
    aggregate: {
      sigma: encodeG1(
        deps.bls.aggregateG1(signers.flatMap(({ operatorId, signature }) => times(operatorId, decodeG1(signature)))),
      ),
      apkG2: encodeG2(
        deps.bls.aggregateG2(signers.flatMap(({ operatorId }) => times(operatorId, deps.keyOf(operatorId)))),
      ),
    },
    signedPercentages: leading.percentages,
    createdAt,
  };
}
