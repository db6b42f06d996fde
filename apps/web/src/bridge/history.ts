import { bridgeAbi, chainStateAbi, l2BridgeAbi } from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import { type Address, type Hash, isAddressEqual, type PublicClient, zeroAddress } from 'viem';

export type DepositRow = {
  kind: 'deposit';
  index: bigint;
  /** L1 token; the zero address is ETH. */
  token: Address;
  to: Address;
  amountOrId: bigint;
  l1TransactionHash: Hash;
  /** L1 time, ms; for sorting. */
  at: number;
  arrived: boolean;
};

export type WithdrawalState =
  | { name: 'posting' }
  | { name: 'window' }
  | { name: 'ready' }
  | { name: 'paid'; l1TransactionHash: Hash }
  /** The payment failed; the recipient can take it. */
  | { name: 'credit' };

export type WithdrawalRow = {
  kind: 'withdrawal';
  index: bigint;
  /** Token on the layer; the zero address is its coin. */
  token: Address;
  to: Address;
  amountOrId: bigint;
  blockNumber: bigint;
  l2TransactionHash: Hash;
  at: number;
  state: WithdrawalState;
};

export type BridgeRow = DepositRow | WithdrawalRow;

export type HistoryInput = {
  l1: PublicClient;
  l2: PublicClient;
  bridge: Address;
  createdAtBlock: bigint;
  account: Address;
};

/** Deposits and withdrawals of an account, newest first, each with where it stands. */
export async function readHistory(input: HistoryInput): Promise<BridgeRow[]> {
  const [deposits, withdrawals] = await Promise.all([readDeposits(input), readWithdrawals(input)]);
  return [...deposits, ...withdrawals].sort((a, b) => b.at - a.at);
}

async function readDeposits({ l1, l2, bridge, createdAtBlock, account }: HistoryInput): Promise<DepositRow[]> {
  const [logs, position] = await Promise.all([
    l1.getContractEvents({
      address: bridge,
      abi: bridgeAbi,
      eventName: 'Deposited',
      args: { from: account },
      fromBlock: createdAtBlock,
      strict: true,
    }),
    l2.readContract({ address: PREDEPLOYS.chainState, abi: chainStateAbi, functionName: 'inboxPosition' }),
  ]);
  const times = await timesOf(
    l1,
    logs.map((log) => log.blockNumber),
  );
  return logs.map(({ args, transactionHash, blockNumber }) => ({
    kind: 'deposit',
    index: args.inboxIndex,
    token: args.token,
    to: args.to,
    amountOrId: args.amountOrId,
    l1TransactionHash: transactionHash,
    at: times.get(blockNumber) ?? 0,
    arrived: args.inboxIndex < position,
  }));
}

async function readWithdrawals({ l1, l2, bridge, createdAtBlock, account }: HistoryInput): Promise<WithdrawalRow[]> {
  const logs = await l2.getContractEvents({
    address: PREDEPLOYS.l2Bridge,
    abi: l2BridgeAbi,
    eventName: 'WithdrawalStarted',
    args: { from: account },
    fromBlock: 0n,
    strict: true,
  });
  if (logs.length === 0) return [];
  const indexes = logs.map((log) => log.args.outboxIndex);
  const range = { address: bridge, abi: bridgeAbi, fromBlock: createdAtBlock, strict: true } as const;
  const [safe, finalized, executed, claimed, times] = await Promise.all([
    l2.getBlock({ blockTag: 'safe' }),
    l2.getBlock({ blockTag: 'finalized' }),
    l1.getContractEvents({ ...range, eventName: 'MessageExecuted', args: { index: indexes } }),
    l1.getContractEvents({ ...range, eventName: 'CreditClaimed', args: { index: indexes } }),
    timesOf(
      l2,
      logs.map((log) => log.blockNumber),
    ),
  ]);
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
    return {
      kind: 'withdrawal',
      index: args.outboxIndex,
      token: args.token,
      to: args.to,
      amountOrId: args.amountOrId,
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

/** True for the coin of the layer in a withdrawal and for ETH in a deposit. */
export function isNative(token: Address): boolean {
  return isAddressEqual(token, zeroAddress);
}
