import type { Address, Hex, PublicClient } from 'viem';

export type Simulation = {
  gas: bigint;
  /** Estimate with a margin, since state may move until the transaction is included. */
  gasLimit: bigint;
  /** What is offered for a unit of gas at most, and of it to the producer; the smallest unit of the native coin. */
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
  /** Upper bound of the fee; what the base fee does not take is not charged. */
  maxCost: bigint;
};

/**
 * Runs a transaction without sending it.
 * @throws the chain's own error (a decoded revert, too little balance) when it would fail.
 */
export async function simulate(
  client: PublicClient,
  transaction: { from: Address; to?: Address; data?: Hex; value: bigint },
): Promise<Simulation> {
  const { from, ...rest } = transaction;
  const [gas, fees] = await Promise.all([
    client.estimateGas({ account: from, ...rest }),
    client.estimateFeesPerGas({ chain: null, type: 'eip1559' }),
  ]);
  const gasLimit = gas + gas / 5n;
  return { gas, gasLimit, ...fees, maxCost: gasLimit * fees.maxFeePerGas };
}
