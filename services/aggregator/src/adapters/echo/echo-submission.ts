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
import { type Address, decodeEchoResponse, decodeEchoTask, decodeG1, decodeG2, type Hash } from '@tephra/protocol';
import { encodeFunctionData, type TransactionReceipt, zeroHash } from 'viem';
import { AggregatorError } from '../../errors.ts';
import type { SubmissionRequest, SubmissionResult } from '../adapter.ts';

type Deps = {
  client: L1Client;
  sender: TransactionSender;
  reader: OperatorStateReader;
  bls: Bls;
  clock: Clock;
};

/** Looks at a transaction of an earlier attempt this often before the attempt is put off. */
const LOOKS = 20;
const LOOK_MS = 500;

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

/**
 * What became of a transaction that an earlier attempt signed: its receipt at depth, or undefined when the L1 does not
 * know it.
 * @throws AggregatorError SUBMISSION_PENDING while it waits to be mined: sending another would answer twice
 */
async function outcomeOf(
  hash: Hash,
  confirmations: number,
  signal: AbortSignal,
  { client, clock }: Deps,
): Promise<TransactionReceipt | undefined> {
  for (let look = 0; look < LOOKS; look++) {
    const transaction = await client.getTransaction({ hash }).catch(ifNotFound);
    if (!transaction) return undefined;
    const receipt = await client.getTransactionReceipt({ hash }).catch(ifNotFound);
    const depth = receipt ? (await client.getBlockNumber()) - receipt.blockNumber + 1n : 0n;
    if (receipt && depth >= BigInt(confirmations)) return receipt;
    await clock.sleep(LOOK_MS, signal);
  }
  throw new AggregatorError('SUBMISSION_PENDING', `transaction ${hash} is not mined yet`, { retryable: true });
}

function ifNotFound(error: unknown): undefined {
  if (error instanceof Error && /NotFoundError$/.test(error.name)) return undefined;
  throw error;
}
