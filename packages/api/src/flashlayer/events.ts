import { z } from 'zod';
import { timeAnswer } from '../fields.ts';
import { LAYER_HEALTHS, layerStep } from './detail.ts';
import { LAYER_STATUSES } from './flashlayer.ts';

/**
 * What GET /v1/flashlayer/{id}/events streams. `step` and `status` and the launchpad's own `log` lines carry ids and are
 * replayed from Last-Event-ID (or from the beginning without one); lines of the node are live only and carry none.
 */
export const layerEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('step'), id: z.string().optional(), data: layerStep }),
  z.object({
    event: z.literal('status'),
    id: z.string().optional(),
    data: z.object({ status: z.enum(LAYER_STATUSES), health: z.enum(LAYER_HEALTHS), at: timeAnswer }),
  }),
  z.object({
    event: z.literal('log'),
    id: z.string().optional(),
    data: z.object({
      at: timeAnswer,
      source: z.enum(['launchpad', 'node']),
      level: z.enum(['debug', 'info', 'warn', 'error']),
      message: z.string(),
    }),
  }),
]);
export type LayerEvent = z.infer<typeof layerEvent>;
export type LayerEventName = LayerEvent['event'];
