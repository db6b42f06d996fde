import {
  delegationManagerAbi,
  nativeEthManagerAbi,
  type RestakingDeployment,
  strategyManagerAbi,
  type TransactionSender,
} from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import { encodeFunctionData, erc20Abi, zeroHash } from 'viem';

const NO_SIGNATURE = { signature: '0x' as Hex, expiry: 0n };

/**
 * Brings the sender's deposits up to `amount` of each named strategy and delegates to `operator`, as far as neither is done.
 * A sender that delegates to somebody else keeps doing so.
 * @throws L1Error
 */
export async function ensureStake(
  sender: TransactionSender,
  deployment: RestakingDeployment,
  { operator, amount, symbols }: { operator: Address; amount: bigint; symbols: readonly string[] },
): Promise<void> {
  const { client, address } = sender;
  const delegation = { address: deployment.delegationManager, abi: delegationManagerAbi } as const;
  const [strategies, shares] = await client.readContract({
    ...delegation,
    functionName: 'getDepositedShares',
    args: [address],
  });
  const held = new Map(strategies.map((strategy, index) => [strategy, shares[index] ?? 0n]));
  const wanted = deployment.strategies.filter(({ symbol }) => symbols.includes(symbol));
  await Promise.all(
    wanted.map(async ({ strategy, token }) => {
      const missing = amount - (held.get(strategy) ?? 0n);
      if (missing <= 0n) return;
      if (token === null) {
        const data = encodeFunctionData({ abi: nativeEthManagerAbi, functionName: 'deposit' });
        await sender.send({ to: deployment.nativeEthManager, value: missing, data });
        return;
      }
      const approval = [deployment.strategyManager, missing] as const;
      await sender.send({
        to: token,
        data: encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: approval }),
      });
      const data = encodeFunctionData({
        abi: strategyManagerAbi,
        functionName: 'depositIntoStrategy',
        args: [strategy, token, missing],
      });
      await sender.send({ to: deployment.strategyManager, data });
    }),
  );
  if (await client.readContract({ ...delegation, functionName: 'isDelegated', args: [address] })) return;
  await sender.send({
    to: deployment.delegationManager,
    data: encodeFunctionData({
      abi: delegationManagerAbi,
      functionName: 'delegateTo',
      args: [operator, NO_SIGNATURE, zeroHash],
    }),
  });
}
