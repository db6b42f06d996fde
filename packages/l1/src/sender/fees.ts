import type { L1Client } from '../client.ts';
import { quantity } from '../client.ts';

/** EIP-1559 fee fields, wei per gas. */
export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint };

const DEFAULT_TIP = 1_000_000_000n;

/** Fees that outlast a doubling of the base fee: `2 * baseFee + tip`; zero on a chain whose gas is free. */
export async function quoteFees(client: L1Client): Promise<Fees> {
  const [block, tip] = await Promise.all([
    client.request({ method: 'eth_getBlockByNumber', params: ['latest', false] }),
    client.request({ method: 'eth_maxPriorityFeePerGas' }).then(BigInt, () => DEFAULT_TIP),
  ]);
  const baseFee = BigInt(block?.baseFeePerGas ?? quantity(DEFAULT_TIP));
  return { maxFeePerGas: baseFee * 2n + tip, maxPriorityFeePerGas: tip };
}

/**
 * Fees of a replacement: at least an eighth above the previous ones in both fields (nodes ask for 10 %), and at least
 * the current quote. Undefined when that would pass `cap`.
 */
export function bumpFees(previous: Fees, quote: Fees, cap: bigint): Fees | undefined {
  const raise = (value: bigint): bigint => value + value / 8n + 1n;
  const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
  const maxPriorityFeePerGas = max(raise(previous.maxPriorityFeePerGas), quote.maxPriorityFeePerGas);
  const maxFeePerGas = max(max(raise(previous.maxFeePerGas), quote.maxFeePerGas), maxPriorityFeePerGas);
  return maxFeePerGas > cap ? undefined : { maxFeePerGas, maxPriorityFeePerGas };
}
