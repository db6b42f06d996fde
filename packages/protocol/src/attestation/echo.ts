import { type Address, decodeAbiParameters, encodeAbiParameters, type Hash, type Hex, keccak256, toBytes } from 'viem';
import { exact } from './exact.ts';

/** A task of the echo AVS as `EchoTaskManager` stores its hash. */
export type EchoTask = {
  payload: Hex;
  taskCreatedBlock: number;
  /** One byte for each quorum. */
  quorumNumbers: Hex;
  quorumThresholdPercentage: number;
};

/** The right answer's `echo` is keccak256 of the task's payload. */
export type EchoResponse = { referenceTaskIndex: number; echo: Hash };

const TASK = [
  {
    type: 'tuple',
    components: [
      { name: 'payload', type: 'bytes' },
      { name: 'taskCreatedBlock', type: 'uint32' },
      { name: 'quorumNumbers', type: 'bytes' },
      { name: 'quorumThresholdPercentage', type: 'uint32' },
    ],
  },
] as const;
const RESPONSE = [
  {
    type: 'tuple',
    components: [
      { name: 'referenceTaskIndex', type: 'uint32' },
      { name: 'echo', type: 'bytes32' },
    ],
  },
] as const;
const RESPONSE_TYPEHASH = keccak256(
  toBytes('TephraEchoResponse(uint256 chainId,address taskManager,uint32 taskIndex,bytes32 echo)'),
);

/** `abi.encode(Task)`: what the contract hashes and what {@link AttestationTask.content} holds. */
export function encodeEchoTask(task: EchoTask): Hex {
  return encodeAbiParameters(TASK, [task]);
}

/** Throws `ATTESTATION_MALFORMED` for what is not exactly an encoded task. */
export function decodeEchoTask(content: Hex): EchoTask {
  return exact(content, 'an echo task', () => decodeAbiParameters(TASK, content)[0], encodeEchoTask);
}

/** `abi.encode(TaskResponse)`. */
export function encodeEchoResponse(response: EchoResponse): Hex {
  return encodeAbiParameters(RESPONSE, [response]);
}

/** Throws `ATTESTATION_MALFORMED` for what is not exactly an encoded response. */
export function decodeEchoResponse(content: Hex): EchoResponse {
  return exact(content, 'an echo response', () => decodeAbiParameters(RESPONSE, content)[0], encodeEchoResponse);
}

/** What operators sign; equals `EchoTaskManager.responseDigest`. */
export function echoResponseDigest(chainId: bigint, taskManager: Address, response: EchoResponse): Hash {
  return keccak256(
    encodeAbiParameters(
      [{ type: 'bytes32' }, { type: 'uint256' }, { type: 'address' }, { type: 'uint32' }, { type: 'bytes32' }],
      [RESPONSE_TYPEHASH, chainId, taskManager, response.referenceTaskIndex, response.echo],
    ),
  );
}
