import type { Database } from '@tephra/db';
import { delegationManagerAbi, type L1Client } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { encodeAbiParameters, keccak256, parseAbiParameters } from 'viem';
import { latestLogs } from './logs.ts';

const WITHDRAWAL = parseAbiParameters([
  '(address staker, address delegatedTo, address withdrawer, uint256 nonce, uint32 startBlock, address[] strategies, uint256[] scaledShares)',
]);

export type StakerState = {
  delegatedTo: Address | null;
  deposits: { strategy: Address; depositShares: bigint; withdrawableShares: bigint }[];
  withdrawals: {
    root: Hash;
    withdrawal: {
      staker: Address;
      delegatedTo: Address;
      withdrawer: Address;
      nonce: bigint;
      startBlock: number;
      strategies: readonly Address[];
      scaledShares: readonly bigint[];
    };
    /** What it pays now, per strategy. */
    shares: readonly bigint[];
    /** What it was worth when it was queued. */
    sharesWhenQueued: bigint[];
  }[];
};

/**
 * Position of a staker as of an indexed L1 block. Who it delegates to and what withdrawals were worth once is in the logs;
 * amounts, which slashing changes without a word about each staker, are asked of the contract at that block.
 * @throws L1 errors
 */
export async function readStaker(
  deps: { db: Database; client: L1Client; delegationManager: Address },
  staker: Address,
  block: number,
): Promise<StakerState> {
  const { db, client } = deps;
  const contract = { address: deps.delegationManager, abi: delegationManagerAbi, blockNumber: BigInt(block) } as const;
  const id = staker.toLowerCase();
  const [[strategies], [withdrawals, shares], delegations, queued] = await Promise.all([
    client.readContract({ ...contract, functionName: 'getDepositedShares', args: [staker] }),
    client.readContract({ ...contract, functionName: 'getQueuedWithdrawals', args: [staker] }),
    latestLogs(db, { source: 'delegation', events: ['StakerDelegated', 'StakerUndelegated'], staker: id }, ['staker']),
    latestLogs(db, { source: 'delegation', events: ['SlashingWithdrawalQueued'], staker: id }, [
      { arg: 'withdrawalRoot' },
    ]),
  ]);
  const [withdrawable, deposited] =
    strategies.length === 0
      ? [[], []]
      : await client.readContract({ ...contract, functionName: 'getWithdrawableShares', args: [staker, strategies] });
  const whenQueued = new Map(
    queued.map(({ args }) => [String(args.withdrawalRoot), (args.sharesToWithdraw as string[]).map(BigInt)]),
  );
  const last = delegations[0];
  return {
    delegatedTo: last?.event === 'StakerDelegated' ? (last.operator as Address) : null,
    deposits: strategies.map((strategy, index) => ({
      strategy,
      depositShares: deposited[index] ?? 0n,
      withdrawableShares: withdrawable[index] ?? 0n,
    })),
    withdrawals: withdrawals
      .map((withdrawal, index) => {
        const root = keccak256(encodeAbiParameters(WITHDRAWAL, [withdrawal]));
        const now = shares[index] ?? [];
        return { root, withdrawal, shares: now, sharesWhenQueued: whenQueued.get(root) ?? [...now] };
      })
      .sort(
        (a, b) =>
          a.withdrawal.startBlock - b.withdrawal.startBlock || (a.withdrawal.nonce < b.withdrawal.nonce ? -1 : 1),
      ),
  };
}
