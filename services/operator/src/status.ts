import { errorMessage } from '@tephra/core';

/** State of a part as the AVS node specification names it. */
export type PartStatus = {
  id: string;
  name: string;
  description: string;
  status: 'Up' | 'Down' | 'Initializing';
  /** Why it is not up, for people. */
  problem: string | undefined;
};

/** HTTP status of a part's health: fully, partly or not at all working. */
export function healthOf({ status }: Pick<PartStatus, 'status'>): 200 | 206 | 503 {
  if (status === 'Up') return 200;
  return status === 'Initializing' ? 206 : 503;
}

/** Of the whole node: not working when nothing can be signed or no AVS is served, partly when anything is amiss. */
export function nodeHealth(parts: { vital: PartStatus[]; helpful: PartStatus[]; avss: PartStatus[] }): 200 | 206 | 503 {
  const { vital, helpful, avss } = parts;
  const down = (part: PartStatus): boolean => part.status === 'Down';
  if (vital.some(down) || avss.every(down)) return 503;
  return [...vital, ...helpful, ...avss].every(({ status }) => status === 'Up') ? 200 : 206;
}

/** An error in one line: those of L1 clients bring whole interfaces along. */
export function reasonOf(error: unknown): string {
  return errorMessage(error).split('\n')[0] ?? '';
}
