import {
  bridgedErc20Abi,
  bridgedErc721Abi,
  chainStateAbi,
  faucetAbi,
  feeVaultAbi,
  l2BridgeAbi,
  outboxAbi,
  settlerAbi,
} from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import { type Abi, type Address, erc20Abi, erc721Abi, parseAbi } from 'viem';
import type { TokenStandard } from './tokenKind.ts';

const ERC1155: Abi = parseAbi([
  'function balanceOf(address account, uint256 id) view returns (uint256)',
  'function balanceOfBatch(address[] accounts, uint256[] ids) view returns (uint256[])',
  'function uri(uint256 id) view returns (string)',
  'function isApprovedForAll(address account, address operator) view returns (bool)',
  'function setApprovalForAll(address operator, bool approved)',
  'function safeTransferFrom(address from, address to, uint256 id, uint256 value, bytes data)',
  'function safeBatchTransferFrom(address from, address to, uint256[] ids, uint256[] values, bytes data)',
]);

const BY_PREDEPLOY: Record<string, Abi> = {
  [PREDEPLOYS.chainState]: chainStateAbi,
  [PREDEPLOYS.outbox]: outboxAbi,
  [PREDEPLOYS.l2Bridge]: l2BridgeAbi,
  [PREDEPLOYS.settler]: settlerAbi,
  [PREDEPLOYS.faucet]: faucetAbi,
  [PREDEPLOYS.baseFeeVault]: feeVaultAbi,
  [PREDEPLOYS.priorityFeeVault]: feeVaultAbi,
  [PREDEPLOYS.dataFeeVault]: feeVaultAbi,
  [PREDEPLOYS.bridgedErc20Impl]: bridgedErc20Abi,
  [PREDEPLOYS.bridgedErc721Impl]: bridgedErc721Abi,
};

/** The ABI that a contract has without anybody pasting one: the protocol's own, else that of its token standard. */
export function usualAbi(address: Address, standard: TokenStandard | null): { abi: Abi; source: string } | null {
  for (const [predeploy, abi] of Object.entries(BY_PREDEPLOY)) {
    if (predeploy.toLowerCase() === address.toLowerCase()) return { abi, source: 'the protocol’s own contract' };
  }
  if (standard === 'erc20') return { abi: erc20Abi, source: 'the ERC-20 standard' };
  if (standard === 'erc721') return { abi: erc721Abi, source: 'the ERC-721 standard' };
  if (standard === 'erc1155') return { abi: ERC1155, source: 'the ERC-1155 standard' };
  return null;
}
