import { parseVitalTaskId } from '@tephra/protocol';
import { formatCount, shortHex } from '../lib/format.ts';

/** What a task is called: "Task 7", or what operators of VITAL are asked to check. */
export function taskTitle(taskId: string): string {
  return checked(taskId) ?? `Task ${taskId}`;
}

/** The same without the word, for columns that say it. */
export function taskName(taskId: string): string {
  return checked(taskId) ?? taskId;
}

/** Whether the certificate goes to the rollup's node: those of blocks make no L1 transaction. */
export const staysOffL1 = (taskId: string): boolean => vitalTask(taskId)?.kind === 'block';

/** Null for a task of an AVS that numbers its tasks. */
function vitalTask(taskId: string): ReturnType<typeof parseVitalTaskId> | null {
  try {
    return parseVitalTaskId(taskId);
  } catch {
    return null;
  }
}

function checked(taskId: string): string | null {
  const task = vitalTask(taskId);
  if (task === null) return null;
  const where = `of ${shortHex(task.rollup)}`;
  return task.kind === 'block'
    ? `Block ${formatCount(task.number)} ${where}`
    : `Pack ${formatCount(task.index)} ${where}`;
}
