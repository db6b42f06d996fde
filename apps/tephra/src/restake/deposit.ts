import { allocationManagerAbi, nativeEthManagerAbi, type StrategyDeployment, strategyManagerAbi } from '@tephra/l1';
import type { Address, Hash } from '@tephra/protocol';
import { encodeFunctionData, erc20Abi, formatUnits } from 'viem';
import { CliError } from '../cli/errors.ts';
import type { SigningRestaking } from './open-restaking.ts';
import { readPosition } from './position.ts';

export type Deposited = { approval: Hash | null; deposit: Hash; operator: Address | null };

/**
 * Deposits into a strategy, and approves the tokens before where that is needed.
 * @param amount smallest units of the token
 * @throws CliError FAILED_PRECONDITION: not enough of the token, or the staker's operator lost all stake of it; L1Error
 */
export async function deposit(
  restaking: SigningRestaking,
  strategy: StrategyDeployment,
  amount: bigint,
): Promise<Deposited> {
  const { l1, deployment, sender } = restaking;
  const { operator } = await readPosition(restaking, sender.address);
  if (operator !== null) await assertNotFullySlashed(restaking, operator, strategy);
  await assertBalance(restaking, strategy, amount);
  if (strategy.token === null) {
    const data = encodeFunctionData({ abi: nativeEthManagerAbi, functionName: 'deposit' });
    const { hash } = await sender.send({ to: deployment.nativeEthManager, value: amount, data });
    return { approval: null, deposit: hash, operator };
  }
  const allowance = await l1.readContract({
    address: strategy.token,
    abi: erc20Abi,
    functionName: 'allowance',
    args: [sender.address, deployment.strategyManager],
  });
  const approval =
    allowance >= amount
      ? null
      : await sender.send({
          to: strategy.token,
          data: encodeFunctionData({
            abi: erc20Abi,
            functionName: 'approve',
            args: [deployment.strategyManager, amount],
          }),
        });
  const { hash } = await sender.send({
    to: deployment.strategyManager,
    data: encodeFunctionData({
      abi: strategyManagerAbi,
      functionName: 'depositIntoStrategy',
      args: [strategy.strategy, strategy.token, amount],
    }),
  });
  return { approval: approval?.hash ?? null, deposit: hash, operator };
}

async function assertBalance(
  { l1, sender }: SigningRestaking,
  { token, symbol, decimals }: StrategyDeployment,
  amount: bigint,
): Promise<void> {
  const { address } = sender;
  const balance =
    token === null
      ? await l1.getBalance({ address })
      : await l1.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [address] });
  if (balance >= amount) return;
  throw new CliError('FAILED_PRECONDITION', `${address} has ${formatUnits(balance, decimals)} ${symbol}`, {
    hint: 'Deposit less, or bring tokens to this account on the L1 first.',
  });
}

async function assertNotFullySlashed(
  { l1, deployment }: SigningRestaking,
  operator: Address,
  { strategy, symbol }: StrategyDeployment,
): Promise<void> {
  const magnitude = await l1.readContract({
    address: deployment.allocationManager,
    abi: allocationManagerAbi,
    functionName: 'getMaxMagnitude',
    args: [operator, strategy],
  });
  if (magnitude > 0n) return;
  throw new CliError('FAILED_PRECONDITION', `the operator ${operator} lost all of its ${symbol} to slashes`, {
    hint: 'Undelegate first: ./tephra restake undelegate',
  });
}
