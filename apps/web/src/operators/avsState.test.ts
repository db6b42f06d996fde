import { vitalTaskId } from '@tephra/protocol';
import { expect, test } from 'vitest';
import { signedText, taskState } from './avsState.ts';

test('says each quorum, and the threshold once where it is the same', () => {
  expect(signedText({ signedPercentages: [75], thresholdPercentages: [67] })).toBe('75 % of 67 % needed');
  expect(signedText({ signedPercentages: [75, 50], thresholdPercentages: [67, 67] })).toBe(
    '75 % and 50 % of 67 % needed',
  );
  expect(signedText({ signedPercentages: [75, 50], thresholdPercentages: [67, 40] })).toBe(
    '75 % of 67 % needed, 50 % of 40 % needed',
  );
});

test('says where a certificate went: those of packs to the L1, those of blocks to the node', () => {
  const rollup = `0x${'11'.repeat(20)}` as const;
  const hash = `0x${'22'.repeat(32)}` as const;
  const pack = vitalTaskId({ kind: 'pack', rollup, revertEpoch: 0n, index: 7n, packHash: hash });
  const block = vitalTaskId({
    ...{ kind: 'block', rollup, revertEpoch: 0n, number: 9n, l1OriginNumber: 9n, l1OriginHash: hash },
  });
  expect(taskState({ taskId: pack, state: 'confirmed' }).label).toBe('Verified on the L1');
  expect(taskState({ taskId: '7', state: 'confirmed' }).label).toBe('Verified on the L1');
  expect(taskState({ taskId: block, state: 'confirmed' }).label).toBe('Taken by the node');
  expect(taskState({ taskId: block, state: 'open' }).label).toBe('Collecting signatures');
});
