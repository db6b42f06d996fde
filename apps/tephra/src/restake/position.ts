import { delegationManagerAbi, type StrategyDeployment, strategyBaseAbi } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { encodeAbiParameters, getAbiItem, isAddressEqual, keccak256, zeroAddress } from 'viem';
import type { Restaking } from './open-restaking.ts';

/** Deposits of one strategy; amounts in the smallest unit of its token. */
export type Holding = {
  strategy: StrategyDeployment;
  depositShares: bigint;
  /** What slashing left of them. */
  withdrawableShares: bigint;
  /** What these are worth. */
  underlying: bigint;
};

export type Withdrawal = {
  staker: Address;
  delegatedTo: Address;
  withdrawer: Address;
  nonce: bigint;
  startBlock: number;
  strategies: readonly Address[];
  scaledShares: readonly bigint[];
};

export type QueuedWithdrawal = {
  root: Hash;
  withdrawal: Withdrawal;
  /** What it would pay now: symbol of the token, and its smallest units. */
  amounts: { strategy: StrategyDeployment; shares: bigint; underlying: bigint }[];
  /** First block in which it can be completed. */
  dueBlock: bigint;
};

export type Position = {
  staker: Address;
  operator: Address | null;
  holdings: Holding[];
  /** Oldest first. */
  queue: QueuedWithdrawal[];
  block: bigint;
};

/** What the L1 knows of a staker now. @throws L1 errors */
export async function readPosition(restaking: Restaking, staker: Address): Promise<Position> {
  const { l1, deployment } = restaking;
  const delegation = { address: deployment.delegationManager, abi: delegationManagerAbi } as const;
  const keys = deployment.strategies.map(({ strategy }) => strategy);
  const [block, operator, [withdrawable, deposited], [withdrawals, shares]] = await Promise.all([
    l1.getBlockNumber(),
    l1.readContract({ ...delegation, functionName: 'delegatedTo', args: [staker] }),
    l1.readContract({ ...delegation, functionName: 'getWithdrawableShares', args: [staker, keys] }),
    l1.readContract({ ...delegation, functionName: 'getQueuedWithdrawals', args: [staker] }),
  ]);
  const holdings = await Promise.all(
    deployment.strategies.map(async (strategy, index) => ({
      strategy,
      depositShares: deposited[index] ?? 0n,
      withdrawableShares: withdrawable[index] ?? 0n,
      underlying: await underlyingOf(restaking, strategy, withdrawable[index] ?? 0n),
    })),
  );
  const queue = await Promise.all(
    withdrawals.map((withdrawal, index) => queued(restaking, withdrawal, shares[index] ?? [])),
  );
  return {
    staker,
    operator: isAddressEqual(operator, zeroAddress) ? null : operator,
    holdings: holdings.filter(({ depositShares }) => depositShares > 0n),
    queue: queue.sort((a, b) => Number(a.withdrawal.nonce - b.withdrawal.nonce)),
    block,
  };
}

/** Smallest units of the token that shares are worth. */
export async function underlyingOf(
  { l1 }: Restaking,
  { kind, strategy }: StrategyDeployment,
  shares: bigint,
): Promise<bigint> {
  if (kind === 'native' || shares === 0n) return shares;
  return l1.readContract({
    address: strategy,
    abi: strategyBaseAbi,
    functionName: 'sharesToUnderlyingView',
    args: [shares],
  });
}

/** Shares that an amount of the token is worth. */
export async function sharesOf(
  { l1 }: Restaking,
  { kind, strategy }: StrategyDeployment,
  underlying: bigint,
): Promise<bigint> {
  if (kind === 'native') return underlying;
  return l1.readContract({
    address: strategy,
    abi: strategyBaseAbi,
    functionName: 'underlyingToSharesView',
    args: [underlying],
  });
}

async function queued(
  restaking: Restaking,
  withdrawal: Withdrawal,
  shares: readonly bigint[],
): Promise<QueuedWithdrawal> {
  const { deployment } = restaking;
  const known = (address: Address): StrategyDeployment =>
    deployment.strategies.find(({ strategy }) => isAddressEqual(strategy, address)) ?? {
      kind: 'dapp',
      symbol: address,
      name: address,
      decimals: 18,
      token: null,
      strategy: address,
    };
  return {
    root: withdrawalRoot(withdrawal),
    withdrawal,
    amounts: await Promise.all(
      withdrawal.strategies.map(async (address, index) => {
        const strategy = known(address);
        const part = shares[index] ?? 0n;
        return { strategy, shares: part, underlying: await underlyingOf(restaking, strategy, part) };
      }),
    ),
    // The delay has to be over, so one block more.
    dueBlock: BigInt(withdrawal.startBlock + deployment.withdrawalDelayBlocks + 1),
  };
}

function withdrawalRoot(withdrawal: Withdrawal): Hash {
  const { inputs } = getAbiItem({ abi: delegationManagerAbi, name: 'calculateWithdrawalRoot' });
  return keccak256(encodeAbiParameters(inputs, [withdrawal]));
}

/** Time between the last L1 blocks, milliseconds; blocks that are still to come are guessed by it. */
export async function blockTimeMs({ l1 }: Pick<Restaking, 'l1'>): Promise<number> {
  const head = await l1.getBlock();
  const span = head.number < 20n ? head.number : 20n;
  if (span === 0n) return 0;
  const before = await l1.getBlock({ blockNumber: head.number - span });
  return (Number(head.timestamp - before.timestamp) * 1_000) / Number(span);
}
