import { type Address, encodeFunctionData, erc721Abi, isAddressEqual, type PublicClient } from 'viem';
import type { Holding } from '../chain/holdings.ts';
import type { Step } from '../wallet/useSteps.ts';
import { erc1155Abi, planDeposit, type TransferAsset } from './transfer.ts';

/** One thing to bring, with the words for it. */
export type BringItem = { holding: Holding; name: string };

/**
 * Brings everything an account holds of the twins into a layer. A collection of several ids is opened to the bridge once, not
 * id by id; so the plan has as few signatures as the standards allow.
 */
export async function planBring(input: {
  l1: PublicClient;
  bridge: Address;
  account: Address;
  layer: string;
  items: readonly BringItem[];
}): Promise<Step[]> {
  const { l1, bridge, account, layer, items } = input;
  const steps: Step[] = [];
  const opened: Address[] = [];
  for (const { holding, name } of items) {
    const { token } = holding;
    const many = items.filter((each) => each.holding.kind !== 'erc20' && isAddressEqual(each.holding.token, token));
    if (many.length > 1 && !opened.some((each) => isAddressEqual(each, token))) {
      opened.push(token);
      const args = [account, bridge] as const;
      const abi = holding.kind === 'erc721' ? erc721Abi : erc1155Abi;
      if (!(await l1.readContract({ address: token, abi, functionName: 'isApprovedForAll', args }))) {
        const data = encodeFunctionData({ abi, functionName: 'setApprovalForAll', args: [bridge, true] });
        steps.push({ to: token, data, value: 0n, sentence: `Let the bridge take your ${many.length} items: ${name}…` });
      }
    }
    const deposit = await planDeposit({ l1, bridge, account, layer, asset: assetOf(holding, name) });
    // Where the collection is open, or will be by then, only the deposit itself is left.
    steps.push(...(opened.some((each) => isAddressEqual(each, token)) ? deposit.slice(-1) : deposit));
  }
  return steps;
}

function assetOf(holding: Holding, name: string): TransferAsset {
  switch (holding.kind) {
    case 'erc20':
      return { kind: 'erc20', token: holding.token, amount: holding.balance, name };
    case 'erc721':
      return { kind: 'erc721', token: holding.token, tokenId: holding.tokenId, name };
    case 'erc1155':
      return { kind: 'erc1155', token: holding.token, tokenId: holding.tokenId, amount: holding.balance, name };
  }
}
