import { describe, expect, it } from 'vitest';
import {
  createTaskParams,
  initOperatorParams,
  MAX_RESPONSE_BYTES,
  signedTaskResponseParams,
  subscribeParams,
} from './wire.ts';

const WORD = `0x${'ab'.repeat(32)}`;
const response = {
  avs: 'echo',
  taskId: '7',
  operatorId: WORD,
  response: '0x00',
  signature: { x: WORD, y: WORD },
  journalSequence: 0,
};
const task = {
  avs: 'echo',
  taskId: '7',
  referenceBlockNumber: 0,
  quorumNumbers: [0, 1],
  thresholdPercentages: [67, 100],
  expiresAt: 1,
  content: '0x',
};

describe('signed answers', () => {
  it('come in one spelling, whatever case the hex had', () => {
    const upper = { ...response, operatorId: `0x${'AB'.repeat(32)}`, response: '0xAb' };
    expect(signedTaskResponseParams.parse(upper)).toEqual({ ...response, response: '0xab' });
  });

  it.each<[string, object]>([
    ['an odd number of digits', { response: '0x0' }],
    ['too many bytes', { response: `0x${'00'.repeat(MAX_RESPONSE_BYTES + 1)}` }],
    ['a short id', { operatorId: '0xab' }],
    ['a signature without y', { signature: { x: WORD } }],
    ['half an entry of a journal', { journalSequence: 0.5 }],
    ['a journal before its beginning', { journalSequence: -1 }],
    ['an AVS with a slash', { avs: 'a/b' }],
    ['a task without an id', { taskId: '' }],
  ])('are refused with %s', (_, change) => {
    expect(signedTaskResponseParams.safeParse({ ...response, ...change }).success).toBe(false);
  });
});

describe('tasks', () => {
  it('have one threshold for each quorum, and quorums that ascend', () => {
    expect(createTaskParams.parse(task)).toEqual(task);
    for (const change of [
      { thresholdPercentages: [67] },
      { quorumNumbers: [1, 0] },
      { quorumNumbers: [1, 1] },
      { quorumNumbers: [], thresholdPercentages: [] },
      { quorumNumbers: [0, 192] },
      { thresholdPercentages: [0, 67] },
      { thresholdPercentages: [67, 101] },
    ])
      expect(createTaskParams.safeParse({ ...task, ...change }).success, JSON.stringify(change)).toBe(false);
  });
});

it('subscriptions name what and of which AVS', () => {
  expect(subscribeParams.safeParse(['tasks', { avs: 'echo' }]).success).toBe(true);
  expect(subscribeParams.safeParse(['blocks', { avs: 'echo' }]).success).toBe(false);
  expect(initOperatorParams.safeParse({ avs: 'echo' }).success).toBe(false);
});
