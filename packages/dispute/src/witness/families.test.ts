import { STEP_FAMILIES } from '@tephra/l1';
import { expect, test } from 'vitest';
import { FAMILIES } from './witness.ts';

test('families of steps have the numbers under which they are deployed', () => {
  expect(STEP_FAMILIES.map(({ family }) => family)).toEqual([...FAMILIES]);
});
