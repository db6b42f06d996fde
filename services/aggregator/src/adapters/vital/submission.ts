import { type Clock, isTephraError } from '@tephra/core';
import type { Bls } from '@tephra/crypto';
import {
  checkSignaturesParams,
  encodePackCertificate,
  encodeSigners,
  type L1Client,
  type NonSignerStakesAndSignature,
  type OperatorStateReader,
  type OperatorStateSource,
  rollupAbi,
  type TransactionSender,
} from '@tephra/l1';
import { type Address, decodeG1, decodeG2, decodePack, parseVitalTaskId } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';
import type { SubmissionRequest, SubmissionResult } from '../adapter.ts';
import { outcomeOf } from '../outcome-of.ts';
import type { NodeClient } from './node-client.ts';
import type { Rollups } from './rollups.ts';

export type VitalSubmissionDeps = {
  client: L1Client;
  sender: TransactionSender;
  reader: OperatorStateReader;
  bls: Bls;
  clock: Clock;
  rollups: Rollups;
  nodes: NodeClient;
};

type Options = { source: OperatorStateSource; confirmations: number };

/** Brings a certificate to whom it concerns: of a block to its node, of a pack to the rollup on the L1. */
export function submitVital(
  options: Options,
  request: SubmissionRequest,
  deps: VitalSubmissionDeps,
): Promise<SubmissionResult> {
  const { kind } = parseVitalTaskId(request.task.taskId);
  return kind === 'block' ? submitBlock(options, request, deps) : submitPack(options, request, deps);
}

/** Whether the L1 needs the certificate of a pack no more: it has the pack, or another in its place. */
export async function isPackPosted(client: L1Client, rollup: Address, index: bigint): Promise<boolean> {
  const contract = { address: rollup, abi: rollupAbi } as const;
  return (await client.readContract({ ...contract, functionName: 'packCount' })) >= index;
}

async function submitBlock(
  options: Options,
  { task, certificate }: SubmissionRequest,
  deps: VitalSubmissionDeps,
): Promise<SubmissionResult> {
  const { rollups, nodes } = deps;
  const { rollup } = parseVitalTaskId(task.taskId);
  const known = rollups.get(rollup);
  const nothing = { transactionHash: null };
  if (!known) return nothing;
  const params = await paramsOf(options, certificate, deps);
  try {
    await nodes.addCertificate(known.chainId, { statement: certificate.response, signers: encodeSigners(params) });
  } catch (error) {
    // Its node is gone with it.
    if (isTephraError(error, 'NODE_UNREACHABLE') && (await rollups.stateOf(rollup)).isOver) return nothing;
    throw error;
  }
  return nothing;
}

async function submitPack(
  options: Options,
  { task, certificate, previousHash, signal, beforeBroadcast }: SubmissionRequest,
  deps: VitalSubmissionDeps,
): Promise<SubmissionResult> {
  const { client, sender } = deps;
  const { confirmations } = options;
  const { rollup } = parseVitalTaskId(task.taskId);
  const pack = decodePack(task.content);
  if (previousHash) {
    const receipt = await outcomeOf(previousHash, confirmations, signal, deps);
    if (receipt?.status === 'success') return { transactionHash: receipt.transactionHash };
  }
  if (await isPackPosted(client, rollup, pack.index)) return { transactionHash: null };
  const params = await paramsOf(options, certificate, deps);
  const data = encodeFunctionData({
    abi: rollupAbi,
    functionName: 'submitPackCertified',
    args: [pack, encodePackCertificate(certificate.referenceBlockNumber, params)],
  });
  try {
    const { hash } = await sender.send({ to: rollup, data, confirmations, signal, beforeBroadcast });
    return { transactionHash: hash };
  } catch (error) {
    const refused = isTephraError(error, 'SIMULATION_REVERTED') || isTephraError(error, 'REVERTED');
    if (refused && (await isPackPosted(client, rollup, pack.index))) return { transactionHash: null };
    throw error;
  }
}

function paramsOf(
  { source }: Options,
  certificate: SubmissionRequest['certificate'],
  deps: VitalSubmissionDeps,
): Promise<NonSignerStakesAndSignature> {
  return checkSignaturesParams(
    {
      referenceBlockNumber: certificate.referenceBlockNumber,
      quorumNumbers: certificate.quorumNumbers,
      nonSignerIds: certificate.nonSignerIds,
      sigma: decodeG1(certificate.aggregate.sigma),
      apkG2: decodeG2(certificate.aggregate.apkG2),
    },
    { ...deps, source },
  );
}
