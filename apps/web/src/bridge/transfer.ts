import { bridgeAbi, l2BridgeAbi } from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import {
  type Address,
  encodeFunctionData,
  erc721Abi,
  type Hex,
  isAddressEqual,
  type PublicClient,
  parseAbi,
} from 'viem';
import { planAllowance } from '../wallet/allowance.ts';
import type { Step } from '../wallet/useSteps.ts';

/** What crosses; `name` is how sentences call it: "25 EMB", "Otters #1". */
export type TransferAsset =
  | { kind: 'coin'; amount: bigint; name: string }
  | { kind: 'erc20'; token: Address; amount: bigint; name: string }
  | { kind: 'erc721'; token: Address; tokenId: bigint; name: string }
  | { kind: 'erc1155'; token: Address; tokenId: bigint; amount: bigint; name: string };

export const erc1155Abi = parseAbi([
  'function balanceOf(address account, uint256 id) view returns (uint256)',
  'function isApprovedForAll(address account, address operator) view returns (bool)',
  'function setApprovalForAll(address operator, bool approved)',
]);

/** Leave for `bridge` to take the asset, where its owner has not given it yet; exact for ERC-20, for one id of an ERC-721. */
async function approval(client: PublicClient, owner: Address, bridge: Address, asset: TransferAsset): Promise<Step[]> {
  switch (asset.kind) {
    case 'coin':
      return [];
    case 'erc20': {
      const { token, amount, name } = asset;
      const sentence = `Let the bridge take ${name}, and no more.`;
      return planAllowance({ client, owner, spender: bridge, token, amount, sentence });
    }
    case 'erc721': {
      const { token, tokenId, name } = asset;
      const approved = await client.readContract({
        address: token,
        abi: erc721Abi,
        functionName: 'getApproved',
        args: [tokenId],
      });
      if (isAddressEqual(approved, bridge)) return [];
      const all = await client
        .readContract({ address: token, abi: erc721Abi, functionName: 'isApprovedForAll', args: [owner, bridge] })
        .catch(() => false);
      if (all) return [];
      const data = encodeFunctionData({ abi: erc721Abi, functionName: 'approve', args: [bridge, tokenId] });
      return [{ to: token, data, value: 0n, sentence: `Let the bridge take ${name}.` }];
    }
    case 'erc1155': {
      const { token, name } = asset;
      const args = [owner, bridge] as const;
      if (await client.readContract({ address: token, abi: erc1155Abi, functionName: 'isApprovedForAll', args })) {
        return [];
      }
      const data = encodeFunctionData({ abi: erc1155Abi, functionName: 'setApprovalForAll', args: [bridge, true] });
      const sentence = `Let the bridge take items of this collection: ${name}. ERC-1155 knows no smaller leave.`;
      return [{ to: token, data, value: 0n, sentence }];
    }
  }
}

/** L1 to layer: the approval where one is missing, then the deposit. */
export async function planDeposit(input: {
  l1: PublicClient;
  bridge: Address;
  account: Address;
  layer: string;
  asset: TransferAsset;
}): Promise<Step[]> {
  const { l1, bridge, account, layer, asset } = input;
  const step = (data: Hex, value = 0n): Step => ({
    to: bridge,
    data,
    value,
    sentence:
      asset.kind === 'coin'
        ? `Deposit ${asset.name} from the L1 into ${layer}.`
        : `Deposit ${asset.name} into ${layer}.`,
  });
  const first = await approval(l1, account, bridge, asset);
  switch (asset.kind) {
    case 'coin': {
      const data = encodeFunctionData({ abi: bridgeAbi, functionName: 'depositEth', args: [account] });
      return [step(data, asset.amount)];
    }
    case 'erc20': {
      const args = [asset.token, account, asset.amount] as const;
      return [...first, step(encodeFunctionData({ abi: bridgeAbi, functionName: 'depositErc20', args }))];
    }
    case 'erc721': {
      const args = [asset.token, account, asset.tokenId] as const;
      return [...first, step(encodeFunctionData({ abi: bridgeAbi, functionName: 'depositErc721', args }))];
    }
    case 'erc1155': {
      const args = [asset.token, account, asset.tokenId, asset.amount] as const;
      return [...first, step(encodeFunctionData({ abi: bridgeAbi, functionName: 'depositErc1155', args }))];
    }
  }
}

/** Layer to L1. What was born on the layer is taken by its bridge, which needs leave; what came from the L1 is burnt. */
export async function planWithdrawal(input: {
  l2: PublicClient;
  account: Address;
  layer: string;
  asset: TransferAsset;
  /** The token came from the L1. */
  bridged: boolean;
}): Promise<Step[]> {
  const { l2, account, layer, asset, bridged } = input;
  const to = PREDEPLOYS.l2Bridge;
  const step = (data: Hex, value = 0n): Step => ({
    to,
    data,
    value,
    sentence: `Withdraw ${asset.name} from ${layer} to the L1.`,
  });
  const first = bridged ? [] : await approval(l2, account, to, asset);
  switch (asset.kind) {
    case 'coin':
      return [
        step(encodeFunctionData({ abi: l2BridgeAbi, functionName: 'withdrawNative', args: [account] }), asset.amount),
      ];
    case 'erc20': {
      const args = [asset.token, account, asset.amount] as const;
      return [...first, step(encodeFunctionData({ abi: l2BridgeAbi, functionName: 'withdrawErc20', args }))];
    }
    case 'erc721': {
      const args = [asset.token, account, asset.tokenId] as const;
      return [...first, step(encodeFunctionData({ abi: l2BridgeAbi, functionName: 'withdrawErc721', args }))];
    }
    case 'erc1155': {
      const args = [asset.token, account, asset.tokenId, asset.amount] as const;
      return [...first, step(encodeFunctionData({ abi: l2BridgeAbi, functionName: 'withdrawErc1155', args }))];
    }
  }
}
