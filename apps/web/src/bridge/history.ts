import { bridgeAbi, chainStateAbi, inboxAbi, l2BridgeAbi, outboxAbi } from '@tephra/l1/abis';
import {
  decodeInboxPayload,
  decodeOutboxMessage,
  type InboxPayload,
  messageKindOf,
  type OutboxMessage,
  PREDEPLOYS,
} from '@tephra/protocol';
import { type Address, type Hash, keccak256, type PublicClient, zeroAddress } from 'viem';
import { inSpans } from '../chain/spans.ts';

/** What crosses, as the message itself says. `token` is on the side where it came from; null for coin and ETH. */
export type CrossingAsset = {
  standard: 'coin' | 'eth' | 'erc20' | 'erc721' | 'erc1155';
  token: Address | null;
  amount: bigint;
  tokenId: bigint | null;
};

type Base = {
  index: bigint;
  /** Time of its block, ms; for sorting. */
  at: number;
};

/** Where a message of the L1 stands: `blocksToGo` L1 blocks until the layer reads it. */
export type ArrivalState = { name: 'waiting'; blocksToGo: bigint } | { name: 'arrived' };

export type DepositRow = Base & {
  kind: 'deposit';
  asset: CrossingAsset;
  to: Address;
  l1TransactionHash: Hash;
  state: ArrivalState;
};

/** A transaction that the account forced in through the L1. */
export type ForcedRow = Base & {
  kind: 'forced';
  transactionHash: Hash;
  l1TransactionHash: Hash;
  /** `skipped`: it was not valid at its place; the reason is the protocol's number. */
  state: ArrivalState | { name: 'skipped'; reason: number };
};

export type WithdrawalState =
  | { name: 'posting' }
  | { name: 'window' }
  | { name: 'ready' }
  | { name: 'paid'; l1TransactionHash: Hash }
  /** The payment failed; the recipient can take it. */
  | { name: 'credit' };

export type WithdrawalRow = Base & {
  kind: 'withdrawal';
  asset: CrossingAsset;
  to: Address;
  blockNumber: bigint;
  l2TransactionHash: Hash;
  state: WithdrawalState;
};

export type BridgeRow = DepositRow | ForcedRow | WithdrawalRow;

export type HistoryInput = {
  l1: PublicClient;
  l2: PublicClient;
  bridge: Address;
  inbox: Address;
  createdAtBlock: bigint;
  account: Address;
};

/** Deposits, forced transactions and withdrawals of an account, newest first, each with where it stands. */
export async function readHistory(input: HistoryInput): Promise<BridgeRow[]> {
  const [messages, withdrawals] = await Promise.all([readMessages(input), readWithdrawals(input)]);
  return [...messages, ...withdrawals].sort((a, b) => b.at - a.at);
}

/** What the account delivered to the inbox: deposits and forced transactions. */
async function readMessages(input: HistoryInput): Promise<(DepositRow | ForcedRow)[]> {
  const { l1, l2, inbox, createdAtBlock, account } = input;
  const state = { address: PREDEPLOYS.chainState, abi: chainStateAbi } as const;
  const [logs, position, origin] = await Promise.all([
    l1.getContractEvents({
      address: inbox,
      abi: inboxAbi,
      eventName: 'MessageDelivered',
      args: { sender: account },
      fromBlock: createdAtBlock,
      strict: true,
    }),
    l2.readContract({ ...state, functionName: 'inboxPosition' }),
    l2.readContract({ ...state, functionName: 'l1OriginNumber' }),
  ]);
  const rows: (DepositRow | ForcedRow)[] = [];
  for (const { args, transactionHash: l1TransactionHash } of logs) {
    const kind = messageKindOf(args.kind);
    const arrived: ArrivalState =
      args.index < position
        ? { name: 'arrived' }
        : { name: 'waiting', blocksToGo: args.l1Block > origin ? args.l1Block - origin : 1n };
    const base = { index: args.index, at: Number(args.l1Timestamp) * 1_000, l1TransactionHash };
    if (kind === 'forcedTransaction') {
      rows.push({ ...base, kind: 'forced', transactionHash: keccak256(args.data), state: arrived });
      continue;
    }
    const crossing = depositOf(decodeInboxPayload({ kind, data: args.data }));
    if (crossing !== null) rows.push({ ...base, kind: 'deposit', ...crossing, state: arrived });
  }
  const forced = rows.filter((row) => row.kind === 'forced' && row.state.name === 'arrived').map((row) => row.index);
  if (forced.length === 0) return rows;
  const skipped = await inSpans(await l2.getBlockNumber(), (range) =>
    l2.getContractEvents({
      ...state,
      ...range,
      eventName: 'ForcedTransactionSkipped',
      args: { inboxIndex: forced },
      strict: true,
    }),
  );
  const reasons = new Map(skipped.map((log) => [log.args.inboxIndex, log.args.reason]));
  return rows.map((row) => {
    const reason = reasons.get(row.index);
    return row.kind === 'forced' && reason !== undefined ? { ...row, state: { name: 'skipped', reason } } : row;
  });
}

/** What an inbox message brings and to whom; null when it brings nothing. */
export function depositOf(payload: InboxPayload): { asset: CrossingAsset; to: Address } | null {
  switch (payload.kind) {
    case 'depositEth':
      return { asset: { standard: 'eth', token: null, amount: payload.amount, tokenId: null }, to: payload.to };
    case 'depositErc20': {
      const { l1Token: token, amount, to } = payload;
      return { asset: { standard: 'erc20', token, amount, tokenId: null }, to };
    }
    case 'depositErc721': {
      const { l1Token: token, tokenId, to } = payload;
      return { asset: { standard: 'erc721', token, amount: 1n, tokenId }, to };
    }
    case 'depositErc1155': {
      const { l1Token: token, tokenId, amount, to } = payload;
      return { asset: { standard: 'erc1155', token, amount, tokenId }, to };
    }
    default:
      return null;
  }
}

/** Standard and amounts of what an outbox message pays; null for descriptions. */
export function withdrawalOf(message: OutboxMessage): Omit<CrossingAsset, 'token'> | null {
  switch (message.kind) {
    case 'mintNative':
      return { standard: 'coin', amount: message.amount, tokenId: null };
    case 'releaseErc20':
    case 'mintErc20':
      return { standard: 'erc20', amount: message.amount, tokenId: null };
    case 'releaseErc721':
    case 'mintErc721':
      return { standard: 'erc721', amount: 1n, tokenId: message.tokenId };
    case 'releaseErc1155':
    case 'mintErc1155':
      return { standard: 'erc1155', amount: message.amount, tokenId: message.tokenId };
    default:
      return null;
  }
}

async function readWithdrawals({ l1, l2, bridge, createdAtBlock, account }: HistoryInput): Promise<WithdrawalRow[]> {
  const logs = await inSpans(await l2.getBlockNumber(), (blocks) =>
    l2.getContractEvents({
      ...blocks,
      address: PREDEPLOYS.l2Bridge,
      abi: l2BridgeAbi,
      eventName: 'WithdrawalStarted',
      args: { from: account },
      strict: true,
    }),
  );
  const first = logs[0];
  const last = logs.at(-1);
  if (first === undefined || last === undefined) return [];
  const indexes = logs.map((log) => log.args.outboxIndex);
  const range = { address: bridge, abi: bridgeAbi, fromBlock: createdAtBlock, strict: true } as const;
  const [appended, safe, finalized, executed, claimed, times] = await Promise.all([
    inSpans(last.blockNumber, (blocks) =>
      blocks.toBlock < first.blockNumber
        ? Promise.resolve([])
        : l2.getContractEvents({
            ...blocks,
            address: PREDEPLOYS.outbox,
            abi: outboxAbi,
            eventName: 'MessageAppended',
            args: { index: indexes },
            strict: true,
          }),
    ),
    l2.getBlock({ blockTag: 'safe' }),
    l2.getBlock({ blockTag: 'finalized' }),
    l1.getContractEvents({ ...range, eventName: 'MessageExecuted', args: { index: indexes } }),
    l1.getContractEvents({ ...range, eventName: 'CreditClaimed', args: { index: indexes } }),
    timesOf(
      l2,
      logs.map((log) => log.blockNumber),
    ),
  ]);
  const messages = new Map(appended.map(({ args }) => [args.index, decodeOutboxMessage(args.kind, args.payload)]));
  const paid = new Map<bigint, Hash>();
  const credits = new Set<bigint>();
  for (const { args, transactionHash } of executed) {
    if (args.paid) paid.set(args.index, transactionHash);
    else credits.add(args.index);
  }
  for (const { args, transactionHash } of claimed) paid.set(args.index, transactionHash);
  return logs.map(({ args, blockNumber, transactionHash }) => {
    const hash = paid.get(args.outboxIndex);
    const state: WithdrawalState =
      hash !== undefined
        ? { name: 'paid', l1TransactionHash: hash }
        : credits.has(args.outboxIndex)
          ? { name: 'credit' }
          : blockNumber > safe.number
            ? { name: 'posting' }
            : blockNumber > finalized.number
              ? { name: 'window' }
              : { name: 'ready' };
    const message = messages.get(args.outboxIndex);
    const what = message === undefined ? null : withdrawalOf(message);
    // The event names the layer's token; the zero address is its coin, however the L1 pays that.
    const coin = args.token === zeroAddress;
    const asset: CrossingAsset =
      coin || what === null
        ? { standard: 'coin', token: null, amount: args.amountOrId, tokenId: null }
        : { ...what, token: args.token };
    return {
      kind: 'withdrawal',
      index: args.outboxIndex,
      asset,
      to: args.to,
      blockNumber,
      l2TransactionHash: transactionHash,
      at: times.get(blockNumber) ?? 0,
      state,
    };
  });
}

async function timesOf(client: PublicClient, numbers: readonly bigint[]): Promise<Map<bigint, number>> {
  const unique = [...new Set(numbers)];
  const blocks = await Promise.all(unique.map((blockNumber) => client.getBlock({ blockNumber })));
  return new Map(blocks.map((block) => [block.number, Number(block.timestamp) * 1_000]));
}
