import type { AvsTask } from '@tephra/api';

/** What an operator did about one task. `waiting`: the task is still open; `none`: it was not asked. */
export type Mark = 'signed' | 'missed' | 'wrong' | 'waiting' | 'none';

/** What the operator did about a task; a missing signature is none as long as it can still come. */
export function markOf(task: Pick<AvsTask, 'state' | 'signers'>, operator: string): Mark {
  const signer = task.signers.find((each) => each.operator.toLowerCase() === operator.toLowerCase());
  if (signer === undefined) return 'none';
  return signer.verdict === 'missed' && task.state === 'open' ? 'waiting' : signer.verdict;
}

export type Performance = {
  signed: number;
  missed: number;
  wrong: number;
  /** Signed part of those that are decided; null when none is. */
  share: number | null;
};

/** How an operator did over tasks that are decided. */
export function performanceOf(tasks: readonly Pick<AvsTask, 'state' | 'signers'>[], operator: string): Performance {
  const count = { signed: 0, missed: 0, wrong: 0 };
  for (const task of tasks) {
    const mark = markOf(task, operator);
    if (mark !== 'none' && mark !== 'waiting') count[mark] += 1;
  }
  const decided = count.signed + count.missed + count.wrong;
  return { ...count, share: decided === 0 ? null : count.signed / decided };
}

/** "18 of 20 signed, 1 wrong". */
export function performanceText({ signed, missed, wrong, share }: Performance): string {
  if (share === null) return 'No task yet';
  return `${signed} of ${signed + missed + wrong} signed${wrong === 0 ? '' : `, ${wrong} wrong`}`;
}
