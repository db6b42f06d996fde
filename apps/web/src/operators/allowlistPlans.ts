import { operatorAllowlistAbi } from '@tephra/l1/abis';
import type { Address } from 'viem';
import { encodeFunctionData } from 'viem';
import type { Step } from '../wallet/useSteps.ts';

/** One operator onto the list, or off it. */
export function planListing(allowlist: Address, operator: Address, listed: boolean, name: string): Step {
  const args = [[operator], [listed]] as const;
  return {
    to: allowlist,
    data: encodeFunctionData({ abi: operatorAllowlistAbi, functionName: 'setAllowlist', args }),
    value: 0n,
    sentence: listed ? `Allow ${name} to register.` : `Take ${name} off the list.`,
  };
}

/** While the list is on, only who stands on it may register. */
export function planSwitch(allowlist: Address, on: boolean): Step {
  const functionName = on ? 'enableAllowlist' : 'disableAllowlist';
  return {
    to: allowlist,
    data: encodeFunctionData({ abi: operatorAllowlistAbi, functionName }),
    value: 0n,
    sentence: on ? 'Let only listed operators register from now on.' : 'Let every operator register from now on.',
  };
}
