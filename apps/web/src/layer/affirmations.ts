import type { AvsTask } from '@tephra/api';

/** Who signed a task's answer: those whose signatures are in the certificate, and those who came after it. */
export function affirmationsOf(
  signers: AvsTask['signers'],
  nonSignerIds: readonly string[],
): { certified: string[]; since: string[] } {
  const late = new Set(nonSignerIds.map((each) => each.toLowerCase()));
  const signed = signers.filter((each) => each.verdict === 'signed');
  const isLate = (each: AvsTask['signers'][number]) => late.has(each.operatorId.toLowerCase());
  return {
    certified: signed.filter((each) => !isLate(each)).map((each) => each.operator),
    since: signed.filter(isLate).map((each) => each.operator),
  };
}
