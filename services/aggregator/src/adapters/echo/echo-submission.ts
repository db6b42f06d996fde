import { type Clock, isTephraError } from '@tephra/core';
import type { Bls } from '@tephra/crypto';
import {
  checkSignaturesParams,
  echoTaskManagerAbi,
  type L1Client,
  type OperatorStateReader,
  type OperatorStateSource,
  type TransactionSender,
} from '@tephra/l1';
import { type Address, decodeEchoResponse, decodeEchoTask, decodeG1, decodeG2 } from '@tephra/protocol';
import { encodeFunctionData, zeroHash } from 'viem';
import type { SubmissionRequest, SubmissionResult } from '../adapter.ts';
import { outcomeOf } from '../outcome-of.ts';

type Deps = {
  client: L1Client;
  sender: TransactionSender;
  reader: OperatorStateReader;
  bls: Bls;
  clock: Clock;
};

/** Answers a task on the L1 with a certificate. */
export async function submitEcho(
  options: { taskManager: Address; source: OperatorStateSource; confirmations: number },
  request: SubmissionRequest,
  deps: Deps,
): Promise<SubmissionResult> {
  const { taskManager, confirmations } = options;
  const isAnswered = (): Promise<boolean> => isEchoAnswered(deps.client, taskManager, request.task.taskId);

  if (request.previousHash) {
    const receipt = await outcomeOf(request.previousHash, confirmations, request.signal, deps);
    if (receipt?.status === 'success') return { transactionHash: receipt.transactionHash };
  }
  if (await isAnswered()) return { transactionHash: null };
  const { certificate } = request;
  const params = await checkSignaturesParams(
    {
      referenceBlockNumber: certificate.referenceBlockNumber,
      quorumNumbers: certificate.quorumNumbers,
      nonSignerIds: certificate.nonSignerIds,
      sigma: decodeG1(certificate.aggregate.sigma),
      apkG2: decodeG2(certificate.aggregate.apkG2),
    },
    { ...deps, source: options.source },
  );
  const data = encodeFunctionData({
    abi: echoTaskManagerAbi,
    functionName: 'respondToTask',
    args: [decodeEchoTask(request.task.content), decodeEchoResponse(certificate.response), params],
  });
  try {
    const { hash } = await deps.sender.send({
      to: taskManager,
      data,
      confirmations,
      signal: request.signal,
      beforeBroadcast: request.beforeBroadcast,
    });
    return { transactionHash: hash };
  } catch (error) {
    const refused = isTephraError(error, 'SIMULATION_REVERTED') || isTephraError(error, 'REVERTED');
    if (refused && (await isAnswered())) return { transactionHash: null };
    throw error;
  }
}

/** Whether the L1 has an answer to a task. */
export async function isEchoAnswered(client: L1Client, taskManager: Address, taskId: string): Promise<boolean> {
  const response = await client.readContract({
    address: taskManager,
    abi: echoTaskManagerAbi,
    functionName: 'allTaskResponses',
    args: [Number(taskId)],
  });
  return response !== zeroHash;
}
