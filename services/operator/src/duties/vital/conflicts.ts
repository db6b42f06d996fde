import type { L1Client } from '@tephra/l1';
import { type Hash, parseVitalTaskId, type VitalBlockStatement, vitalBlockPrefix, vitalTaskId } from '@tephra/protocol';
import type { DutyContext } from '../../duty.ts';
import { VitalError } from './errors.ts';

/**
 * Makes sure that this operator has signed nothing about a block that excludes what it is about to vouch for: two outputs of
 * one block of an epoch are slashed if both origins are on the L1. What was signed before a reorganisation of the L1 speaks of
 * a block that is not there any more, and hinders nothing.
 * @param digest of the statement; what was signed under the same name must be the same
 * @throws VitalError CONFLICT
 */
export async function assertNoConflict(
  statement: VitalBlockStatement,
  digest: Hash,
  { client, decisions }: { client: L1Client; decisions: DutyContext['decisions'] },
): Promise<void> {
  const own = vitalTaskId({ kind: 'block', ...statement });
  for (const { taskKey, digest: signed } of decisions(vitalBlockPrefix(statement))) {
    const task = parseVitalTaskId(taskKey);
    if (task.kind !== 'block' || signed === digest) continue;
    const stands = taskKey === own || (await isCanonical(client, task.l1OriginNumber, task.l1OriginHash));
    if (!stands) continue;
    throw new VitalError('CONFLICT', `something else about block ${statement.number} was signed before`, {
      details: { taskKey, signed, refused: digest },
      hint: 'The producer made two blocks of one number: both would be slashed.',
    });
  }
}

async function isCanonical(client: L1Client, number: bigint, hash: Hash): Promise<boolean> {
  const head = await client.getBlockNumber();
  // A shorter L1 will have something else there, or the same again: nobody knows yet.
  if (number > head) return true;
  return (await client.getBlock({ blockNumber: number })).hash === hash;
}
