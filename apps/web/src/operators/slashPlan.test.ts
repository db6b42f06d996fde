import type { AvsEvidence } from '@tephra/api';
import { echoTaskManagerAbi } from '@tephra/l1/abis';
import { type Address, decodeFunctionData, encodeAbiParameters, getAbiItem, type Hex } from 'viem';
import { expect, test } from 'vitest';
import { planSlash } from './slashPlan.ts';

const MANAGER: Address = '0x1111111111111111111111111111111111111111';
const OPERATOR: Address = '0x2222222222222222222222222222222222222222';
const word = (value: number): Hex => `0x${value.toString(16).padStart(64, '0')}`;

test('brings the task, the wrong answer and its signature to the contract in its order of coordinates', () => {
  const [taskType, responseType] = getAbiItem({ abi: echoTaskManagerAbi, name: 'slashWrongSigner' }).inputs;
  const task = {
    payload: '0x68',
    taskCreatedBlock: 40,
    quorumNumbers: '0x0001',
    quorumThresholdPercentage: 67,
  } as const;
  const wrong = { referenceTaskIndex: 7, echo: word(9) };
  const evidence: AvsEvidence = {
    id: '1',
    kind: 'wrong',
    taskId: '7',
    task: encodeAbiParameters([taskType], [task]),
    operatorId: word(3),
    operator: OPERATOR,
    response: encodeAbiParameters([responseType], [wrong]),
    digest: word(4),
    signature: { x: word(10), y: word(11) },
    pubkeyG1: { x: word(12), y: word(13) },
    pubkeyG2: { x: [word(14), word(15)], y: [word(16), word(17)] },
    receivedAt: '2026-01-01T00:00:00.000Z',
  };
  const step = planSlash(MANAGER, evidence, 'Scoria');
  expect(step).toMatchObject({ to: MANAGER, sentence: 'Slash Scoria for its wrong answer to task 7.' });
  expect(decodeFunctionData({ abi: echoTaskManagerAbi, data: step.data })).toEqual({
    functionName: 'slashWrongSigner',
    args: [task, wrong, OPERATOR, { X: 12n, Y: 13n }, { X: [14n, 15n], Y: [16n, 17n] }, { X: 10n, Y: 11n }],
  });
});
