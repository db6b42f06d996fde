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

function checked(taskId: string): string | null {
  let task: ReturnType<typeof parseVitalTaskId>;
  try {
    task = parseVitalTaskId(taskId);
  } catch {
    // Of an AVS that numbers its tasks.
    return null;
  }
  const where = `of ${shortHex(task.rollup)}`;
  return task.kind === 'block'
    ? `Block ${formatCount(task.number)} ${where}`
    : `Pack ${formatCount(task.index)} ${where}`;
}
