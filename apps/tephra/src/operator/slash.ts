import type { AvsEvidence } from '@tephra/api';
import { type AvsDeployment, echoTaskManagerAbi, type L1Client, type TransactionSender } from '@tephra/l1';
import {
  type Address,
  decodeEchoResponse,
  decodeEchoTask,
  decodeG1,
  decodeG2,
  type Hash,
  type Hex,
} from '@tephra/protocol';
import { encodeFunctionData, keccak256 } from 'viem';
import { CliError } from '../cli/errors.ts';

/** Whether the L1 would slash for it: the answer is wrong (two answers are evidence, too, but one of them may be right). */
export function isSlashable(evidence: AvsEvidence): boolean {
  return decodeEchoResponse(evidence.response as Hex).echo !== keccak256(decodeEchoTask(evidence.task as Hex).payload);
}

export function wasSlashed(
  client: L1Client,
  avs: AvsDeployment,
  { taskId, operator }: Pick<AvsEvidence, 'taskId' | 'operator'>,
): Promise<boolean> {
  return client.readContract({
    address: taskManagerOf(avs),
    abi: echoTaskManagerAbi,
    functionName: 'isSlashed',
    args: [Number(taskId), operator as Address],
  });
}

/** Brings evidence to the L1, which checks all of it itself. @throws L1Error */
export async function slashWrongSigner(
  sender: TransactionSender,
  avs: AvsDeployment,
  evidence: AvsEvidence,
): Promise<Hash> {
  const data = encodeFunctionData({
    abi: echoTaskManagerAbi,
    functionName: 'slashWrongSigner',
    args: [
      decodeEchoTask(evidence.task as Hex),
      decodeEchoResponse(evidence.response as Hex),
      evidence.operator as Address,
      decodeG1(evidence.pubkeyG1),
      decodeG2(evidence.pubkeyG2),
      decodeG1(evidence.signature),
    ],
  });
  return (await sender.send({ to: taskManagerOf(avs), data })).hash;
}

function taskManagerOf({ name, taskManager }: AvsDeployment): Address {
  if (taskManager !== null) return taskManager;
  throw new CliError('NOT_FOUND', `${name} has no task manager that slashes`);
}
