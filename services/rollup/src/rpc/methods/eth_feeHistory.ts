import { z } from 'zod';
import { feeHistory } from '../fees.ts';
import { defineMethod } from '../method.ts';
import { blockNumberOrTag, uint64 } from '../params.ts';

/** Block count as quantity; go-ethereum also takes a plain number. */
const blockCount = z.preprocess(
  (value) => (typeof value === 'number' && Number.isInteger(value) && value >= 0 ? `0x${value.toString(16)}` : value),
  uint64,
);

export const ethFeeHistory = defineMethod({
  name: 'eth_feeHistory',
  doc: {
    text: 'Base fees, shares of gas used and, for percentiles of the gas, the tips paid, over at most 1,024 blocks. One base fee more than blocks: that of the next.',
    params: [
      'count: quantity or number',
      'newest: number or tag',
      'percentiles?: array of numbers, ascending, 0 to 100',
    ],
    result: '{oldestBlock, baseFeePerGas, gasUsedRatio, reward?, baseFeePerBlobGas, blobGasUsedRatio}',
    errors: ['-32000 request beyond head block', '-32000 invalid reward percentile'],
  },
  params: [blockCount, blockNumberOrTag, z.array(z.number()).optional()],
  handle: (context, count, newest, percentiles) => feeHistory(context, count, newest, percentiles ?? []),
});
