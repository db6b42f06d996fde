import { vitalTaskId } from '@tephra/protocol';
import { expect, it } from 'vitest';
import { taskName, taskTitle } from './taskTitle.ts';

const rollup = `0x${'ab'.repeat(20)}` as const;
const hash = `0x${'cd'.repeat(32)}` as const;

it('names what VITAL checks, and numbers the tasks of other AVSs', () => {
  const block = vitalTaskId({
    ...{ kind: 'block', rollup, revertEpoch: 0n, number: 1_234n, l1OriginNumber: 9n, l1OriginHash: hash },
  });
  const pack = vitalTaskId({ kind: 'pack', rollup, revertEpoch: 1n, index: 7n, packHash: hash });
  expect(taskTitle(block)).toBe('Block 1,234 of 0xabab…abab');
  expect(taskName(pack)).toBe('Pack 7 of 0xabab…abab');
  expect([taskTitle('12'), taskName('12')]).toEqual(['Task 12', '12']);
});
