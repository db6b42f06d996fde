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
  params: [blockCount, blockNumberOrTag, z.array(z.number()).optional()],
  handle: (context, count, newest, percentiles) => feeHistory(context, count, newest, percentiles ?? []),
});
