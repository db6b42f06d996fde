import type { AvsEvidence } from '@tephra/api';
import { echoTaskManagerAbi } from '@tephra/l1/abis';
import { type Address, decodeAbiParameters, encodeFunctionData, getAbiItem, type Hex, hexToBigInt } from 'viem';
import type { Step } from '../wallet/useSteps.ts';

const SLASH = getAbiItem({ abi: echoTaskManagerAbi, name: 'slashWrongSigner' });

/** The transaction with which anybody slashes an operator for a signature over a wrong answer to an echo task. */
export function planSlash(taskManager: Address, evidence: AvsEvidence, name: string): Step {
  const [taskType, responseType] = SLASH.inputs;
  const [task] = decodeAbiParameters([taskType], evidence.task as Hex);
  const [wrong] = decodeAbiParameters([responseType], evidence.response as Hex);
  const g1 = ({ x, y }: { x: Hex; y: Hex }) => ({ X: hexToBigInt(x), Y: hexToBigInt(y) });
  const pair = ([first, second]: readonly [Hex, Hex]) => [hexToBigInt(first), hexToBigInt(second)] as const;
  const { operator, pubkeyG1, pubkeyG2, signature } = evidence;
  const g2 = { X: pair(pubkeyG2.x), Y: pair(pubkeyG2.y) };
  const args = [task, wrong, operator, g1(pubkeyG1), g2, g1(signature)] as const;
  return {
    to: taskManager,
    data: encodeFunctionData({ abi: echoTaskManagerAbi, functionName: 'slashWrongSigner', args }),
    value: 0n,
    sentence: `Slash ${name} for its wrong answer to task ${evidence.taskId}.`,
  };
}
