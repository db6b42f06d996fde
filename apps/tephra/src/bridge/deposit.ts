import { bridgeAbi, chainStateAbi, l2BridgeAbi, type TransactionSender } from '@tephra/l1';
import { type Address, type Hash, type Hex, PREDEPLOYS } from '@tephra/protocol';
import {
  encodeFunctionData,
  erc20Abi,
  erc721Abi,
  erc1155Abi,
  getContract,
  isAddressEqual,
  parseEventLogs,
  zeroAddress,
} from 'viem';
import { CliError } from '../cli/errors.ts';
import type { LayerChain } from './layer-chain.ts';

/** What goes to the layer; `token` is the L1 token. */
export type DepositAsset =
  | { kind: 'eth'; amount: bigint }
  | { kind: 'erc20'; token: Address; amount: bigint }
  | { kind: 'erc721'; token: Address; tokenId: bigint }
  | { kind: 'erc1155'; token: Address; tokenId: bigint; amount: bigint };

export type DepositStarted = { l1TransactionHash: Hash; inboxIndex: bigint; l2FromBlock: bigint };
/** `l2Token` null: the asset is the layer's native coin. */
export type DepositArrived = DepositStarted & {
  l2BlockNumber: bigint;
  l2Token: Address | null;
  l2TransactionHash: Hash;
};

/** Sends the deposit on the L1 (with an approval before it where the token asks for one). */
export async function startDeposit(
  chain: LayerChain,
  asset: DepositAsset,
  to: Address,
  sender: TransactionSender,
): Promise<DepositStarted> {
  const l2FromBlock = await chain.l2.getBlockNumber();
  if (asset.kind !== 'eth') await approve(chain, asset, sender);
  const data = depositCall(asset, to);
  const { hash, receipt } = await sender.send({
    to: chain.bridge,
    data,
    value: asset.kind === 'eth' ? asset.amount : 0n,
  });
  const [deposited] = parseEventLogs({ abi: bridgeAbi, eventName: 'Deposited', logs: receipt.logs });
  if (!deposited) throw new CliError('VERIFICATION_FAILED', `L1 transaction ${hash} has no Deposited event`);
  return { l1TransactionHash: hash, inboxIndex: deposited.args.inboxIndex, l2FromBlock };
}

function depositCall(asset: DepositAsset, to: Address): Hex {
  const abi = bridgeAbi;
  switch (asset.kind) {
    case 'eth':
      return encodeFunctionData({ abi, functionName: 'depositEth', args: [to] });
    case 'erc20':
      return encodeFunctionData({ abi, functionName: 'depositErc20', args: [asset.token, to, asset.amount] });
    case 'erc721':
      return encodeFunctionData({ abi, functionName: 'depositErc721', args: [asset.token, to, asset.tokenId] });
    case 'erc1155':
      return encodeFunctionData({
        abi,
        functionName: 'depositErc1155',
        args: [asset.token, to, asset.tokenId, asset.amount],
      });
  }
}

/** Resolves when the layer has carried out the deposit. */
export async function awaitDeposit(
  chain: LayerChain,
  asset: DepositAsset,
  to: Address,
  started: DepositStarted,
  signal: AbortSignal,
): Promise<DepositArrived> {
  const state = getContract({ address: PREDEPLOYS.chainState, abi: chainStateAbi, client: chain.l2 });
  while ((await state.read.inboxPosition()) <= started.inboxIndex) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const logs = await chain.l2.getContractEvents({
    address: PREDEPLOYS.l2Bridge,
    abi: l2BridgeAbi,
    eventName: 'DepositFinalised',
    args: { l1Token: asset.kind === 'eth' ? zeroAddress : asset.token, to },
    fromBlock: started.l2FromBlock,
    strict: true,
  });
  const value = asset.kind === 'erc721' || asset.kind === 'erc1155' ? asset.tokenId : asset.amount;
  // A token with a transfer fee arrives with less; the newest deposit of the token to this account is then ours.
  const log = logs.findLast(({ args }) => args.amountOrId === value) ?? logs.at(-1);
  if (!log) {
    throw new CliError(
      'VERIFICATION_FAILED',
      `the layer read inbox message ${started.inboxIndex} but credited nothing`,
      {
        details: { inboxIndex: started.inboxIndex },
        hint: 'Look at the 0x7e transactions of the block that advanced the L1 origin.',
      },
    );
  }
  return {
    ...started,
    l2BlockNumber: log.blockNumber,
    l2Token: isAddressEqual(log.args.l2Token, zeroAddress) ? null : log.args.l2Token,
    l2TransactionHash: log.transactionHash,
  };
}

async function approve(
  chain: LayerChain,
  asset: Exclude<DepositAsset, { kind: 'eth' }>,
  sender: TransactionSender,
): Promise<void> {
  if (asset.kind === 'erc20') {
    const allowance = await chain.l1.readContract({
      address: asset.token,
      abi: erc20Abi,
      functionName: 'allowance',
      args: [sender.address, chain.bridge],
    });
    if (allowance >= asset.amount) return;
    const data = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [chain.bridge, asset.amount] });
    await sender.send({ to: asset.token, data });
    return;
  }
  if (asset.kind === 'erc1155') {
    const operator = { address: asset.token, abi: erc1155Abi } as const;
    const args = [sender.address, chain.bridge] as const;
    if (await chain.l1.readContract({ ...operator, functionName: 'isApprovedForAll', args })) return;
    // The standard knows no narrower leave.
    const data = encodeFunctionData({ abi: erc1155Abi, functionName: 'setApprovalForAll', args: [chain.bridge, true] });
    await sender.send({ to: asset.token, data });
    return;
  }
  const approved = await chain.l1.readContract({
    address: asset.token,
    abi: erc721Abi,
    functionName: 'getApproved',
    args: [asset.tokenId],
  });
  if (approved.toLowerCase() === chain.bridge.toLowerCase()) return;
  const data = encodeFunctionData({ abi: erc721Abi, functionName: 'approve', args: [chain.bridge, asset.tokenId] });
  await sender.send({ to: asset.token, data });
}
