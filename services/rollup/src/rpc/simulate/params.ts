import { z } from 'zod';
import { address, callArguments, hash, optional, quantityParam, stateOverrides, uint64 } from '../params.ts';

const blockOverrides = z.object({
  number: optional(uint64),
  time: optional(uint64),
  gasLimit: optional(uint64),
  feeRecipient: optional(address),
  prevRandao: optional(hash),
  baseFeePerGas: optional(quantityParam),
  beaconRoot: optional(hash),
});
export type BlockOverrides = z.infer<typeof blockOverrides>;

/** First parameter of eth_simulateV1 (execution-apis). */
export const simulationRequest = z.object({
  blockStateCalls: z.array(
    z.object({
      blockOverrides: optional(blockOverrides),
      stateOverrides: optional(stateOverrides),
      calls: optional(z.array(callArguments)),
    }),
  ),
  validation: optional(z.boolean()),
  traceTransfers: optional(z.boolean()),
  returnFullTransactions: optional(z.boolean()),
});
export type SimulationRequest = z.infer<typeof simulationRequest>;
