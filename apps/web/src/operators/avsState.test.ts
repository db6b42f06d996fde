import { expect, test } from 'vitest';
import { signedText } from './avsState.ts';

test('says each quorum, and the threshold once where it is the same', () => {
  expect(signedText({ signedPercentages: [75], thresholdPercentages: [67] })).toBe('75 % of 67 % needed');
  expect(signedText({ signedPercentages: [75, 50], thresholdPercentages: [67, 67] })).toBe(
    '75 % and 50 % of 67 % needed',
  );
  expect(signedText({ signedPercentages: [75, 50], thresholdPercentages: [67, 40] })).toBe(
    '75 % of 67 % needed, 50 % of 40 % needed',
  );
});
