import { type Address, encodeFunctionData, erc20Abi, type PublicClient } from 'viem';
import type { Step } from './useSteps.ts';

/** Leave for `spender` to take `amount` of an ERC-20, exact, where its owner has not given it yet. */
export async function planAllowance(input: {
  client: PublicClient;
  owner: Address;
  spender: Address;
  token: Address;
  amount: bigint;
  sentence: string;
}): Promise<Step[]> {
  const { client, owner, spender, token, amount, sentence } = input;
  const args = [owner, spender] as const;
  const allowed = await client.readContract({ address: token, abi: erc20Abi, functionName: 'allowance', args });
  if (allowed >= amount) return [];
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, amount] });
  return [{ to: token, data, value: 0n, sentence }];
}
