import { bridgeAbi, l2BridgeAbi, rollupAbi, type TransactionSender } from '@tephra/l1';
import { type Address, type Hash, type Hex, type OutboxMessage, PREDEPLOYS } from '@tephra/protocol';
import {
  encodeFunctionData,
  erc20Abi,
  erc721Abi,
  erc1155Abi,
  isAddressEqual,
  parseEventLogs,
  type TransactionReceipt,
} from 'viem';
import { CliError } from '../cli/errors.ts';
import type { LayerChain } from './layer-chain.ts';
import { type OutboxEntry, proveRange, readOutbox } from './outbox.ts';

/** What leaves the layer; `token` is the L2 token. */
export type WithdrawalAsset =
  | { kind: 'native'; amount: bigint }
  | { kind: 'erc20'; token: Address; amount: bigint }
  | { kind: 'erc721'; token: Address; tokenId: bigint }
  | { kind: 'erc1155'; token: Address; tokenId: bigint; amount: bigint };

export type WithdrawalStarted = { l2TransactionHash: Hash; l2BlockNumber: bigint; outboxIndex: bigint };
export type WithdrawalFinalised = { packIndex: bigint; l1TransactionHash: Hash | null; paid: boolean };

/** Sends the withdrawal on the layer. */
export async function startWithdrawal(
  chain: LayerChain,
  asset: WithdrawalAsset,
  to: Address,
  sender: TransactionSender,
): Promise<WithdrawalStarted> {
  const l2Bridge = PREDEPLOYS.l2Bridge;
  if (asset.kind !== 'native') await approveBorn(chain, asset, sender);
  const data = withdrawalCall(asset, to);
  const { receipt } = await sender.send({ to: l2Bridge, data, value: asset.kind === 'native' ? asset.amount : 0n });
  return { ...startedFrom(receipt), l2BlockNumber: receipt.blockNumber };
}

function startedFrom(receipt: TransactionReceipt): Omit<WithdrawalStarted, 'l2BlockNumber'> {
  const [started] = parseEventLogs({ abi: l2BridgeAbi, eventName: 'WithdrawalStarted', logs: receipt.logs });
  if (!started) {
    throw new CliError(
      'VERIFICATION_FAILED',
      `L2 transaction ${receipt.transactionHash} has no WithdrawalStarted event`,
    );
  }
  return { l2TransactionHash: receipt.transactionHash, outboxIndex: started.args.outboxIndex };
}

function withdrawalCall(asset: WithdrawalAsset, to: Address): Hex {
  const abi = l2BridgeAbi;
  switch (asset.kind) {
    case 'native':
      return encodeFunctionData({ abi, functionName: 'withdrawNative', args: [to] });
    case 'erc20':
      return encodeFunctionData({ abi, functionName: 'withdrawErc20', args: [asset.token, to, asset.amount] });
    case 'erc721':
      return encodeFunctionData({ abi, functionName: 'withdrawErc721', args: [asset.token, to, asset.tokenId] });
    case 'erc1155':
      return encodeFunctionData({
        abi,
        functionName: 'withdrawErc1155',
        args: [asset.token, to, asset.tokenId, asset.amount],
      });
  }
}

/** What was born on the layer is taken by the bridge, which needs its owner's leave; a bridged token is burnt without it. */
async function approveBorn(
  chain: LayerChain,
  asset: Exclude<WithdrawalAsset, { kind: 'native' }>,
  sender: TransactionSender,
): Promise<void> {
  const spender = PREDEPLOYS.l2Bridge;
  const [, bridged] = await chain.l2.readContract({
    address: spender,
    abi: l2BridgeAbi,
    functionName: 'l1TokenOf',
    args: [asset.token],
  });
  if (bridged) return;
  const { token: address } = asset;
  let data: Hex;
  if (asset.kind === 'erc20') {
    const args = [sender.address, spender] as const;
    const allowance = await chain.l2.readContract({ address, abi: erc20Abi, functionName: 'allowance', args });
    if (allowance >= asset.amount) return;
    data = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, asset.amount] });
  } else if (asset.kind === 'erc721') {
    const args = [asset.tokenId] as const;
    const approved = await chain.l2.readContract({ address, abi: erc721Abi, functionName: 'getApproved', args });
    if (isAddressEqual(approved, spender)) return;
    data = encodeFunctionData({ abi: erc721Abi, functionName: 'approve', args: [spender, asset.tokenId] });
  } else {
    const args = [sender.address, spender] as const;
    if (await chain.l2.readContract({ address, abi: erc1155Abi, functionName: 'isApprovedForAll', args })) return;
    // The standard knows no narrower leave.
    data = encodeFunctionData({ abi: erc1155Abi, functionName: 'setApprovalForAll', args: [spender, true] });
  }
  await sender.send({ to: address, data });
}

export type FinaliseProgress = (stage: 'pack' | 'window' | 'proof' | 'execute') => void;

/**
 * Waits until a final pack covers the message and executes it on the L1, with the message that describes its token
 * where that is still open. Anybody may pay for it: the recipient is in the message.
 */
export async function finaliseWithdrawal(
  chain: LayerChain,
  target: { outboxIndex: bigint; l2BlockNumber: bigint },
  sender: TransactionSender,
  options: { signal: AbortSignal; onProgress?: FinaliseProgress },
): Promise<WithdrawalFinalised> {
  const pack = await finalPackOf(chain, target.l2BlockNumber, options);
  options.onProgress?.('proof');
  const entries = await readOutbox(chain, pack.lastBlock);
  const entry = entries[Number(target.outboxIndex)];
  if (!entry) throw new CliError('NOT_FOUND', `outbox message ${target.outboxIndex} is not in pack ${pack.index}`);
  const open: OutboxEntry[] = [];
  for (const candidate of [descriptionBefore(entries, entry), entry]) {
    if (candidate && !(await isExecuted(chain, candidate.index))) open.push(candidate);
  }
  let l1TransactionHash: Hash | null = null;
  for (const message of open) {
    options.onProgress?.('execute');
    const data = encodeFunctionData({
      abi: bridgeAbi,
      functionName: 'execute',
      args: [
        pack.index,
        message.index,
        [{ kind: message.kind, payload: message.payload }],
        proveRange(entries, pack.outboxRoot, message.index, 1),
      ],
    });
    const { hash, receipt } = await sender.send({ to: chain.bridge, data });
    l1TransactionHash = hash;
    if (message === entry) {
      const executed = parseEventLogs({ abi: bridgeAbi, eventName: 'MessageExecuted', logs: receipt.logs });
      const own = executed.find(({ args }) => args.index === entry.index);
      return { packIndex: pack.index, l1TransactionHash, paid: own?.args.paid ?? false };
    }
  }
  return { packIndex: pack.index, l1TransactionHash, paid: true };
}

type FinalPack = { index: bigint; lastBlock: bigint; outboxRoot: Hash };

async function finalPackOf(
  chain: LayerChain,
  l2BlockNumber: bigint,
  options: { signal: AbortSignal; onProgress?: FinaliseProgress },
): Promise<FinalPack> {
  let stage = '';
  for (;;) {
    options.signal.throwIfAborted();
    const pack = await packOf(chain, l2BlockNumber);
    if (pack) {
      const final = await chain.l1.readContract({
        address: chain.rollup,
        abi: rollupAbi,
        functionName: 'isFinalised',
        args: [pack.index],
      });
      if (final) return pack;
    }
    const now = pack ? 'window' : 'pack';
    if (now !== stage) options.onProgress?.(now);
    stage = now;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** The first pack whose last block is at or above the block; packs are ordered, so halving finds it. */
async function packOf(chain: LayerChain, l2BlockNumber: bigint): Promise<FinalPack | undefined> {
  const rollup = { address: chain.rollup, abi: rollupAbi } as const;
  const record = (index: bigint) => chain.l1.readContract({ ...rollup, functionName: 'packRecord', args: [index] });
  let high = await chain.l1.readContract({ ...rollup, functionName: 'packCount' });
  if (high === 0n || (await record(high)).lastBlock < l2BlockNumber) return undefined;
  let low = 1n;
  while (low < high) {
    const middle = (low + high) / 2n;
    if ((await record(middle)).lastBlock >= l2BlockNumber) high = middle;
    else low = middle + 1n;
  }
  const { lastBlock, outboxRoot } = await record(low);
  return { index: low, lastBlock, outboxRoot };
}

/** Kind of the message that describes a token to its twin, by the kind that mints on it. */
const DESCRIBED_BY: Partial<Record<OutboxMessage['kind'], OutboxMessage['kind']>> = {
  mintErc20: 'erc20Metadata',
  mintErc721: 'collection',
  mintErc1155: 'collection1155',
};

function descriptionBefore(entries: OutboxEntry[], { index, message: minted }: OutboxEntry): OutboxEntry | undefined {
  const kind = DESCRIBED_BY[minted.kind];
  if (kind === undefined || !('l2Token' in minted)) return undefined;
  return entries
    .slice(0, Number(index))
    .find(({ message }) => message.kind === kind && 'l2Token' in message && message.l2Token === minted.l2Token);
}

async function isExecuted(chain: LayerChain, index: bigint): Promise<boolean> {
  return chain.l1.readContract({ address: chain.bridge, abi: bridgeAbi, functionName: 'isExecuted', args: [index] });
}
