import type { L1Client } from '../client.ts';
import { quantity } from '../client.ts';

/** EIP-1559 fee fields, wei per gas. */
export type Fees = { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint };

const MIN_TIP = 1n;
const DEFAULT_TIP = 1_000_000_000n;

/** Fees that outlast a doubling of the base fee: `2 * baseFee + tip`. */
export async function quoteFees(client: L1Client): Promise<Fees> {
  const [block, tip] = await Promise.all([
    client.request({ method: 'eth_getBlockByNumber', params: ['latest', false] }),
    client.request({ method: 'eth_maxPriorityFeePerGas' }).then(BigInt, () => DEFAULT_TIP),
  ]);
  const baseFee = BigInt(block?.baseFeePerGas ?? quantity(DEFAULT_TIP));
  const maxPriorityFeePerGas = tip < MIN_TIP ? MIN_TIP : tip;
  return { maxFeePerGas: baseFee * 2n + maxPriorityFeePerGas, maxPriorityFeePerGas };
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
