import type { Address, Hex, PublicClient } from 'viem';

export type Simulation = {
  gas: bigint;
  /** Estimate with a margin, since state may move until the transaction is included. */
  gasLimit: bigint;
  /** Upper bound of the fee in the smallest unit of the native coin. */
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
  const [gas, gasPrice] = await Promise.all([client.estimateGas({ account: from, ...rest }), client.getGasPrice()]);
  const gasLimit = gas + gas / 5n;
  // Fees of EIP-1559 transactions are offered at up to twice the base fee; the difference is not charged.
  return { gas, gasLimit, maxCost: gasLimit * gasPrice };
}
