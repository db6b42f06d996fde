import {
  type AvsDeployment,
  allocationManagerAbi,
  delegationManagerAbi,
  type RestakingDeployment,
  type TransactionSender,
} from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { encodeFunctionData } from 'viem';
import { CliError } from '../cli/errors.ts';
import type { RestakingNetwork } from './network.ts';
import { readAllocationDelay } from './registration.ts';

/** Magnitude of a strategy that belongs to one operator set, before and after. 1e18 = everything the operator began with. */
export type PlannedAllocation = {
  quorum: number;
  strategy: Address;
  symbol: string;
  current: bigint;
  next: bigint;
  /** What slashing has left of the 1e18. */
  maxMagnitude: bigint;
  /** Shares delegated to the operator. */
  shares: bigint;
  multiplier: bigint;
};

type Target = { restaking: RestakingDeployment; avs: AvsDeployment; operator: Address };

/**
 * What `fraction` (of 1e18) of the operator's free magnitude in each strategy of the quorums comes to. A strategy that counts
 * in several of them is shared out evenly; what is allocated already stays.
 */
export async function planAllocations(
  client: RestakingNetwork['l1'],
  target: Target,
  quorums: number[],
  fraction: bigint,
): Promise<PlannedAllocation[]> {
  const plans = await readAllocations(client, target, quorums);
  const { restaking, operator } = target;
  for (const strategy of new Set(plans.map((plan) => plan.strategy))) {
    const free = await client.readContract({
      address: restaking.allocationManager,
      abi: allocationManagerAbi,
      functionName: 'getAllocatableMagnitude',
      args: [operator, strategy],
    });
    const sharing = plans.filter((plan) => plan.strategy === strategy);
    const part = (free * fraction) / 10n ** 18n / BigInt(sharing.length);
    for (const plan of sharing) plan.next = plan.current + part;
  }
  return plans;
}

/** The allocations of an operator in quorums of an AVS; a change on its way counts as done. */
export async function readAllocations(
  client: RestakingNetwork['l1'],
  { restaking, avs, operator }: Target,
  quorums: number[],
): Promise<PlannedAllocation[]> {
  const manager = { address: restaking.allocationManager, abi: allocationManagerAbi } as const;
  const pairs = avs.quorums
    .filter(({ number }) => quorums.includes(number))
    .flatMap(({ number, strategies }) => strategies.map((strategy) => ({ quorum: number, ...strategy })));
  return Promise.all(
    pairs.map(async ({ quorum, strategy, multiplier }) => {
      const [allocation, [maxMagnitude], shares] = await Promise.all([
        client.readContract({
          ...manager,
          functionName: 'getAllocation',
          args: [operator, { avs: avs.serviceManager, id: quorum }, strategy],
        }),
        client.readContract({ ...manager, functionName: 'getMaxMagnitudes', args: [operator, [strategy]] }),
        client.readContract({
          address: restaking.delegationManager,
          abi: delegationManagerAbi,
          functionName: 'operatorShares',
          args: [operator, strategy],
        }),
      ]);
      const current = allocation.currentMagnitude + allocation.pendingDiff;
      const symbol = restaking.strategies.find((known) => known.strategy === strategy)?.symbol ?? strategy;
      return { quorum, strategy, symbol, multiplier, current, next: current, maxMagnitude: maxMagnitude!, shares };
    }),
  );
}

/** Sends what a plan changes, and waits until it counts. @throws L1Error, CliError FAILED_PRECONDITION */
export async function applyAllocations(
  sender: TransactionSender,
  { restaking, avs, operator }: Target,
  plans: PlannedAllocation[],
  deps: { onProgress: (text: string) => void; signal: AbortSignal },
): Promise<Hash | undefined> {
  const changed = plans.filter(({ current, next }) => current !== next);
  if (changed.length === 0) return undefined;
  const delay = await allocationDelay(sender, restaking, operator, deps);
  const params = [...new Set(changed.map(({ quorum }) => quorum))].map((quorum) => {
    const mine = changed
      .filter((plan) => plan.quorum === quorum)
      .toSorted((a, b) => (BigInt(a.strategy) < BigInt(b.strategy) ? -1 : 1));
    return {
      operatorSet: { avs: avs.serviceManager, id: quorum },
      strategies: mine.map(({ strategy }) => strategy),
      newMagnitudes: mine.map(({ next }) => next),
    };
  });
  const data = encodeFunctionData({
    abi: allocationManagerAbi,
    functionName: 'modifyAllocations',
    args: [operator, params],
  });
  const { hash, receipt } = await sender.send({ to: restaking.allocationManager, data });
  const grows = changed.some(({ current, next }) => next > current);
  if (grows && delay > 0) await waitForBlock(sender, receipt.blockNumber + BigInt(delay), deps);
  return hash;
}

/** Longest wait for a delay, blocks; longer ones are left to the caller's patience. */
const LONGEST_WAIT = 600;
const POLL_MS = 500;

/** A new operator's delay counts only after a while. */
async function allocationDelay(
  { client }: TransactionSender,
  { allocationManager }: RestakingDeployment,
  operator: Address,
  { onProgress, signal }: { onProgress: (text: string) => void; signal: AbortSignal },
): Promise<number> {
  const configurationDelay = await client.readContract({
    address: allocationManager,
    abi: allocationManagerAbi,
    functionName: 'ALLOCATION_CONFIGURATION_DELAY',
  });
  const last = (await client.getBlockNumber()) + BigInt(configurationDelay) + 1n;
  for (let isFirst = true; ; isFirst = false) {
    const delay = await readAllocationDelay(client, allocationManager, operator);
    if (delay !== undefined) return delay;
    if (configurationDelay > LONGEST_WAIT || (await client.getBlockNumber()) > last) {
      throw new CliError(
        'FAILED_PRECONDITION',
        `${operator} cannot allocate stake before its allocation delay counts`,
        {
          hint: `That takes ${configurationDelay} L1 blocks from its registration. Run the command again then.`,
        },
      );
    }
    if (isFirst) onProgress(`  waiting for the allocation delay, up to ${configurationDelay} L1 blocks`);
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function waitForBlock(
  { client }: TransactionSender,
  block: bigint,
  { onProgress, signal }: { onProgress: (text: string) => void; signal: AbortSignal },
): Promise<void> {
  const left = block - (await client.getBlockNumber());
  if (left > BigInt(LONGEST_WAIT)) {
    throw new CliError('FAILED_PRECONDITION', `the allocation takes effect at L1 block ${block}, in ${left} blocks`, {
      hint: 'Run the command again then.',
    });
  }
  if (left > 0n) onProgress(`  waiting for the allocation to take effect, ${left} L1 blocks`);
  while ((await client.getBlockNumber()) < block) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
