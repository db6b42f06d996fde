import type { LayerImport } from '@tephra/api';
import { inRanges, rollupFactoryAbi } from '@tephra/l1';
import type { Address } from '@tephra/protocol';
import { erc20Abi, erc721Abi, erc1155Abi, isAddressEqual } from 'viem';
import type { DepositAsset } from './deposit.ts';
import type { LayerChain } from './layer-chain.ts';

/** Everything on the L1 that an account owns of the tokens which a layer imported, as deposits. */
export async function importedItems(
  chain: LayerChain,
  { tokens }: LayerImport,
  account: Address,
  factory: Address,
): Promise<DepositAsset[]> {
  const [from, to] = await Promise.all([
    chain.l1.readContract({ address: factory, abi: rollupFactoryAbi, functionName: 'deployedAtBlock' }),
    chain.l1.getBlockNumber(),
  ]);
  const blocks = { from, to };
  const items: DepositAsset[] = [];
  for (const { standard, l1Twin: token } of tokens) {
    if (standard === 'erc20') items.push(...(await coins(chain, token, account)));
    else if (standard === 'erc721') items.push(...(await collectibles(chain, token, account, blocks)));
    else items.push(...(await units(chain, token, account, blocks)));
  }
  return items;
}

type Blocks = { from: bigint; to: bigint };

async function coins({ l1 }: LayerChain, token: Address, account: Address): Promise<DepositAsset[]> {
  const amount = await l1.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [account] });
  return amount > 0n ? [{ kind: 'erc20', token, amount }] : [];
}

/** Twins list no owners' tokens, so those that ever came to the account are asked for their present owner. */
async function collectibles(
  { l1 }: LayerChain,
  token: Address,
  account: Address,
  blocks: Blocks,
): Promise<DepositAsset[]> {
  const read = { address: token, abi: erc721Abi } as const;
  const events = await inRanges(blocks, (fromBlock, toBlock) =>
    l1.getContractEvents({ ...read, eventName: 'Transfer', args: { to: account }, fromBlock, toBlock, strict: true }),
  );
  const owned: DepositAsset[] = [];
  for (const tokenId of new Set(events.map(({ args }) => args.tokenId))) {
    const owner = await l1.readContract({ ...read, functionName: 'ownerOf', args: [tokenId] });
    if (isAddressEqual(owner, account)) owned.push({ kind: 'erc721', token, tokenId });
  }
  return owned;
}

async function units({ l1 }: LayerChain, token: Address, account: Address, blocks: Blocks): Promise<DepositAsset[]> {
  const read = { address: token, abi: erc1155Abi } as const;
  const filter = { ...read, args: { to: account }, strict: true } as const;
  const ids = await inRanges(blocks, async (fromBlock, toBlock) => {
    const [single, batch] = await Promise.all([
      l1.getContractEvents({ ...filter, eventName: 'TransferSingle', fromBlock, toBlock }),
      l1.getContractEvents({ ...filter, eventName: 'TransferBatch', fromBlock, toBlock }),
    ]);
    return [...single.map(({ args }) => args.id), ...batch.flatMap(({ args }) => args.ids)];
  });
  const owned: DepositAsset[] = [];
  for (const tokenId of new Set(ids)) {
    const amount = await l1.readContract({ ...read, functionName: 'balanceOf', args: [account, tokenId] });
    if (amount > 0n) owned.push({ kind: 'erc1155', token, tokenId, amount });
  }
  return owned;
}
