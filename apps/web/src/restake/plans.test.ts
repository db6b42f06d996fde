import type { QueuedWithdrawal, RestakingDeploymentAnswer, RestakingStrategy } from '@tephra/api';
import { delegationManagerAbi, rewardsCoordinatorAbi, strategyManagerAbi } from '@tephra/l1/abis';
import { type Address, decodeFunctionData, erc20Abi, getAddress, type PublicClient, zeroAddress, zeroHash } from 'viem';
import { expect, test } from 'vitest';
import { planClaim, planComplete, planDelegate, planMint, planQueue, planStake, sharesFor } from './plans.ts';

const at = (digit: string): Address => getAddress(`0x${digit.repeat(40)}`);
const ACCOUNT = at('1');
const ETH: RestakingStrategy = {
  kind: 'native',
  symbol: 'ETH',
  name: 'Ether',
  decimals: 18,
  token: null,
  strategy: at('e'),
};
const DST: RestakingStrategy = { ...ETH, kind: 'lst', symbol: 'dstETH', token: at('a'), strategy: at('b') };
const deployment: RestakingDeploymentAnswer = {
  delegationManager: at('2'),
  strategyManager: at('3'),
  allocationManager: at('4'),
  avsDirectory: at('5'),
  rewardsCoordinator: at('6'),
  permissionController: at('7'),
  pauserRegistry: at('8'),
  nativeEthManager: at('9'),
  strategyFactory: at('c'),
  strategies: [ETH, DST],
  withdrawalDelayBlocks: 100,
  calculationIntervalSeconds: 60,
  deployedAtBlock: '1',
};
/** A chain on which this much may be taken already. */
const allowing = (amount: bigint) => ({ readContract: async () => amount }) as unknown as PublicClient;
const deposit = {
  strategy: DST.strategy,
  symbol: 'dstETH',
  depositShares: '0',
  withdrawableShares: '0',
  underlying: '0',
};

test('ETH goes as value in one step', async () => {
  const amount = 15n * 10n ** 17n;
  expect(await planStake({ l1: allowing(0n), deployment, account: ACCOUNT, strategy: ETH, amount })).toMatchObject([
    { to: deployment.nativeEthManager, value: amount, sentence: 'Restake 1.5 ETH.' },
  ]);
});

test('a token needs leave for what is taken, unless it was given', async () => {
  const input = { deployment, account: ACCOUNT, strategy: DST, amount: 7n };
  const [leave, move, ...rest] = await planStake({ ...input, l1: allowing(6n) });
  expect(rest).toEqual([]);
  expect(decodeFunctionData({ abi: erc20Abi, data: leave!.data })).toEqual({
    functionName: 'approve',
    args: [deployment.strategyManager, 7n],
  });
  expect(decodeFunctionData({ abi: strategyManagerAbi, data: move!.data }).args).toEqual([DST.strategy, DST.token, 7n]);
  expect(await planStake({ ...input, l1: allowing(7n) })).toHaveLength(1);
});

test('the dev mint gives as much as the token allows in a call', () => {
  expect(planMint(ACCOUNT, DST.token!, DST)).toMatchObject({
    to: DST.token,
    sentence: expect.stringContaining('Mint 1,000 dstETH'),
  });
});

test('a part of slashed stake is turned into the deposit shares that pay it, all of it into all of them', () => {
  // Half was slashed: 100 deposit shares are worth 50.
  const slashed = { ...deposit, depositShares: '100', withdrawableShares: '50', underlying: '50' };
  expect(sharesFor(slashed, 10n)).toBe(20n);
  expect(sharesFor(slashed, 50n)).toBe(100n);
  expect(sharesFor({ ...slashed, depositShares: '3', underlying: '50' }, 49n)).toBe(2n);
  const call = decodeFunctionData({
    abi: delegationManagerAbi,
    data: planQueue(deployment, DST, slashed, 10n).data,
  });
  expect(call.args).toEqual([
    [{ strategies: [DST.strategy], depositShares: [20n], __deprecated_withdrawer: zeroAddress }],
  ]);
});

test('a withdrawal is completed with the token of each of its strategies', () => {
  const queued: QueuedWithdrawal = {
    root: `0x${'ab'.repeat(32)}`,
    withdrawal: {
      staker: ACCOUNT,
      delegatedTo: zeroAddress,
      withdrawer: ACCOUNT,
      nonce: '3',
      startBlock: 40,
      strategies: [DST.strategy, ETH.strategy],
      scaledShares: ['5', '6'],
    },
    strategies: [DST.strategy, ETH.strategy],
    shares: ['5', '6'],
    queuedAtBlock: 40,
    completableAtBlock: 141,
    completableAt: '2026-01-01T00:00:00.000Z',
    slashedShares: ['0', '0'],
  };
  const step = planComplete(deployment, queued, true, '5 dstETH');
  expect(step.sentence).toBe('Take 5 dstETH out.');
  const { args } = decodeFunctionData({ abi: delegationManagerAbi, data: step.data });
  expect(args).toMatchObject([{ nonce: 3n, startBlock: 40, scaledShares: [5n, 6n] }, [DST.token, zeroAddress], true]);
});

test('delegation and claims carry what the contracts ask for', () => {
  const delegated = decodeFunctionData({
    abi: delegationManagerAbi,
    data: planDelegate(deployment, at('d'), 'Basalt').data,
  });
  expect(delegated).toMatchObject({ functionName: 'delegateTo', args: [at('d'), { signature: '0x' }, zeroHash] });
  const claim = planClaim(deployment, ACCOUNT, {
    rootIndex: 2,
    earnerIndex: 1,
    earnerTreeProof: '0x',
    earnerLeaf: { earner: ACCOUNT, earnerTokenRoot: `0x${'11'.repeat(32)}` },
    tokenIndices: [0],
    tokenTreeProofs: ['0x'],
    tokenLeaves: [{ token: at('a'), cumulativeEarnings: '12' }],
  });
  expect(decodeFunctionData({ abi: rewardsCoordinatorAbi, data: claim.data }).args).toMatchObject([
    { rootIndex: 2, tokenLeaves: [{ cumulativeEarnings: 12n }] },
    ACCOUNT,
  ]);
});
