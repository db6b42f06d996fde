import type { Engine, StateRef } from '@tephra/engine';
import { PREDEPLOYS } from '@tephra/protocol';
import { type Abi, type Address, decodeFunctionResult, encodeFunctionData, type Hex } from 'viem';
import type { ChainReader } from '../chain.ts';

/** Gas that a contract may use for one answer where nothing else is said. */
const VIEW_GAS = 1_000_000n;

export type View = (
  to: Address,
  abi: Abi,
  functionName: string,
  args: readonly unknown[],
  gas?: bigint,
) => Promise<unknown>;

/** Calls a view function; a revert or an answer of the wrong shape is undefined, for the callee may be anything. */
export function viewer(engine: Engine, at: StateRef): View {
  return async (to, abi, functionName, args, gas = VIEW_GAS) => {
    const data = encodeFunctionData({ abi, functionName, args });
    const result = await engine.call({ from: PREDEPLOYS.system, to, data, value: 0n, gas, gasPrice: 0n }, at);
    if (result.status !== 'success') return undefined;
    try {
      return decodeFunctionResult({ abi, functionName, data: result.returnData as Hex });
    } catch {
      return undefined;
    }
  };
}

/** The newest sealed state. */
export function headState(chain: ChainReader): StateRef {
  const head = chain.head();
  return { stateRoot: head.stateRoot, context: head };
}
