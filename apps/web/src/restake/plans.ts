import type {
  QueuedWithdrawal,
  RestakingDeploymentAnswer,
  RestakingStrategy,
  RewardsClaim,
  StakerAnswer,
} from '@tephra/api';
import {
  delegationManagerAbi,
  devTokenAbi,
  nativeEthManagerAbi,
  rewardsCoordinatorAbi,
  strategyManagerAbi,
} from '@tephra/l1/abis';
import {
  type Address,
  encodeFunctionData,
  isAddressEqual,
  maxUint256,
  type PublicClient,
  zeroAddress,
  zeroHash,
} from 'viem';
import { formatUnits } from '../lib/format.ts';
import { planAllowance } from '../wallet/allowance.ts';
import type { Step } from '../wallet/useSteps.ts';

type Deployment = RestakingDeploymentAnswer;
type Deposit = StakerAnswer['deposits'][number];

/** The dev tokens of the embedded L1 give this many whole tokens a call to whoever asks. */
export const DEV_MINT = 1_000n;

/** "2.5 dstETH" without rounding. */
export function amountText(
  amount: bigint,
  { decimals, symbol }: Pick<RestakingStrategy, 'decimals' | 'symbol'>,
): string {
  return `${formatUnits(amount, decimals, decimals)} ${symbol}`;
}

/** Leave for the strategy manager where it is missing, then the deposit. ETH needs no leave. */
export async function planStake(input: {
  l1: PublicClient;
  deployment: Deployment;
  account: Address;
  strategy: RestakingStrategy;
  amount: bigint;
}): Promise<Step[]> {
  const { l1, deployment, account, strategy, amount } = input;
  const name = amountText(amount, strategy);
  const sentence = `Restake ${name}.`;
  const { token } = strategy;
  if (token === null) {
    const data = encodeFunctionData({ abi: nativeEthManagerAbi, functionName: 'deposit' });
    return [{ to: deployment.nativeEthManager, data, value: amount, sentence }];
  }
  const leave = await planAllowance({
    client: l1,
    owner: account,
    spender: deployment.strategyManager,
    token,
    amount,
    sentence: `Let restaking take ${name}, and no more.`,
  });
  const args = [strategy.strategy, token, amount] as const;
  const data = encodeFunctionData({ abi: strategyManagerAbi, functionName: 'depositIntoStrategy', args });
  return [...leave, { to: deployment.strategyManager, data, value: 0n, sentence }];
}

/** Whole tokens from a dev token's open mint. */
export function planMint(account: Address, token: Address, strategy: RestakingStrategy): Step {
  const amount = DEV_MINT * 10n ** BigInt(strategy.decimals);
  return {
    to: token,
    data: encodeFunctionData({ abi: devTokenAbi, functionName: 'mint', args: [account, amount] }),
    value: 0n,
    sentence: `Mint ${amountText(amount, strategy)}, a token without worth that everybody can mint.`,
  };
}

/** Everything of the account goes to the operator, what it deposits later too. */
export function planDelegate(deployment: Deployment, operator: Address, name: string): Step {
  // The signature is of an approver; operators that have one are asked elsewhere first.
  const args = [operator, { signature: '0x', expiry: maxUint256 }, zeroHash] as const;
  return {
    to: deployment.delegationManager,
    data: encodeFunctionData({ abi: delegationManagerAbi, functionName: 'delegateTo', args }),
    value: 0n,
    sentence: `Delegate all stake, now and later, to ${name}.`,
  };
}

export function planUndelegate(deployment: Deployment, account: Address, name: string): Step {
  return {
    to: deployment.delegationManager,
    data: encodeFunctionData({ abi: delegationManagerAbi, functionName: 'undelegate', args: [account] }),
    value: 0n,
    sentence: `Leave ${name} and queue all stake for withdrawal.`,
  };
}

/**
 * Deposit shares whose queueing pays `amount` of the underlying: slashing made a deposit share worth less than it was, alike
 * for all of an account's shares of a strategy. Rounded down; all of it when all is asked for.
 */
export function sharesFor(deposit: Deposit, amount: bigint): bigint {
  const worth = BigInt(deposit.underlying);
  const shares = BigInt(deposit.depositShares);
  if (amount >= worth) return shares;
  return (shares * amount) / worth;
}

export function planQueue(deployment: Deployment, strategy: RestakingStrategy, deposit: Deposit, amount: bigint): Step {
  const params = {
    strategies: [strategy.strategy],
    depositShares: [sharesFor(deposit, amount)],
    __deprecated_withdrawer: zeroAddress,
  };
  return {
    to: deployment.delegationManager,
    data: encodeFunctionData({ abi: delegationManagerAbi, functionName: 'queueWithdrawals', args: [[params]] }),
    value: 0n,
    sentence: `Queue ${amountText(amount, strategy)} for withdrawal.`,
  };
}

/** `asTokens` false: the shares stay restaked, with the operator that the account has now. */
export function planComplete(
  deployment: Deployment,
  { withdrawal }: QueuedWithdrawal,
  asTokens: boolean,
  name: string,
): Step {
  const tokens = withdrawal.strategies.map(
    (strategy) => deployment.strategies.find((each) => isAddressEqual(each.strategy, strategy))?.token ?? zeroAddress,
  );
  const struct = {
    ...withdrawal,
    nonce: BigInt(withdrawal.nonce),
    scaledShares: withdrawal.scaledShares.map((shares) => BigInt(shares)),
  };
  return {
    to: deployment.delegationManager,
    data: encodeFunctionData({
      abi: delegationManagerAbi,
      functionName: 'completeQueuedWithdrawal',
      args: [struct, tokens, asTokens],
    }),
    value: 0n,
    sentence: asTokens ? `Take ${name} out.` : `Put ${name} back to restaking.`,
  };
}

export function planClaim(deployment: Deployment, account: Address, claim: RewardsClaim): Step {
  const struct = {
    ...claim,
    tokenLeaves: claim.tokenLeaves.map((leaf) => ({ ...leaf, cumulativeEarnings: BigInt(leaf.cumulativeEarnings) })),
  };
  return {
    to: deployment.rewardsCoordinator,
    data: encodeFunctionData({ abi: rewardsCoordinatorAbi, functionName: 'processClaim', args: [struct, account] }),
    value: 0n,
    sentence: 'Claim all rewards of this account.',
  };
}
