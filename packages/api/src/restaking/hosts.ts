import { z } from 'zod';
import { addressAnswer, timeAnswer } from '../fields.ts';

export const HOST_STATES = ['stopped', 'starting', 'running', 'restarting', 'crash-looping'] as const;

/** An operator whose process this platform runs. */
export const operatorHost = z.object({
  /** Name in `tephra operator stop|start`. */
  name: z.string(),
  address: addressAnswer,
  state: z.enum(HOST_STATES),
  /** Why it ended last; null when it did not. */
  reason: z.string().nullable(),
  /** Null while it does not run. */
  pid: z.number().nullable(),
  restarts: z.number(),
  since: timeAnswer,
  /** Node API of the AVS node specification, on this machine. */
  nodeApiUrl: z.string().nullable(),
  metricsUrl: z.string().nullable(),
});
export type OperatorHostAnswer = z.infer<typeof operatorHost>;
export const operatorHostList = z.object({ items: z.array(operatorHost) });
