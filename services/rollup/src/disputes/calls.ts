import type { Defence, Move } from '@tephra/dispute';
import { challengeManagerAbi, codeRegistryAbi, frameTreesAbi, originRegistryAbi } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';
import type { Claim } from './claim.ts';

/** What the L1's verifier needs to know of a chain (contracts/src/dispute/MachineState.sol, struct Env). */
export type VerifierEnv = {
  codes: Address;
  fork: bigint;
  chainId: bigint;
  blockGasLimit: bigint;
  gasless: bigint;
  minBaseFee: bigint;
  dataFeePerByte: bigint;
  capped: bigint;
  inbox: Address;
  origins: Address;
};

const abi = challengeManagerAbi;

export function challengeData(rollup: Address, { kind, pack, blockIndex }: Claim): Hex {
  const args = [rollup, pack, kind === 'block' ? 0 : 1, BigInt(blockIndex)] as const;
  return encodeFunctionData({ abi, functionName: 'challenge', args });
}

export const defendData = (challengeId: bigint, { root, firstProof, lastProof }: Defence): Hex =>
  encodeFunctionData({ abi, functionName: 'defend', args: [challengeId, root, firstProof, lastProof] });

export function moveData(gameId: bigint, move: Move, env: VerifierEnv): Hex {
  switch (move.kind) {
    case 'reveal':
      return encodeFunctionData({ abi, functionName: 'reveal', args: [gameId, move.nodes] });
    case 'pick':
      return encodeFunctionData({ abi, functionName: 'pick', args: [gameId, move.child, move.node] });
    case 'commitSteps': {
      const { before, beforeProof, root, firstProof, lastProof } = move;
      const args = [gameId, before, beforeProof, root, firstProof, lastProof] as const;
      return encodeFunctionData({ abi, functionName: 'commitSteps', args });
    }
    case 'proveStep': {
      const args = [gameId, move.before, move.beforeProof, env, move.family, move.witness] as const;
      return encodeFunctionData({ abi, functionName: 'proveStep', args });
    }
  }
}

export const timeoutData = (gameId: bigint): Hex =>
  encodeFunctionData({ abi, functionName: 'timeout', args: [gameId] });

export const resolveData = (challengeId: bigint): Hex =>
  encodeFunctionData({ abi, functionName: 'resolve', args: [challengeId] });

export const withdrawData = (): Hex => encodeFunctionData({ abi, functionName: 'withdraw' });

export const registerCodeData = (code: Hex): Hex =>
  encodeFunctionData({ abi: codeRegistryAbi, functionName: 'register', args: [code] });

export const registerFrameData = (frame: Hex): Hex =>
  encodeFunctionData({ abi: frameTreesAbi, functionName: 'register', args: [frame] });

export const recordOriginData = (number: bigint): Hex =>
  encodeFunctionData({ abi: originRegistryAbi, functionName: 'record', args: [number] });
