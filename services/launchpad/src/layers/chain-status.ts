import type { LayerChain } from '@tephra/api';
import { z } from 'zod';
import type { NodeTarget } from '../driver/driver.ts';
import { nodeRpc } from './node-rpc.ts';

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]+$/i)
  .transform(Number);

/** What of tephra_status the platform uses. */
const statusAnswer = z.object({
  mode: z.enum(['active', 'settle', 'settled']),
  head: z.object({ number: quantity }),
  safe: z.object({ number: quantity }),
  finalized: z.object({ number: quantity }),
  l1: z.object({ origin: z.object({ number: quantity }).nullable() }),
  packs: z.object({ posted: quantity }),
});

/** Where a layer's chain stands, asked of its node. @throws NodeRpcError */
export async function chainStatus(target: NodeTarget, timeoutMs = 1_500): Promise<LayerChain> {
  const status = statusAnswer.parse(await nodeRpc(target, 'tephra_status', [], { timeoutMs }));
  return {
    head: status.head.number,
    safe: status.safe.number,
    finalized: status.finalized.number,
    mode: status.mode,
    l1Origin: status.l1.origin?.number ?? 0,
    packsPosted: status.packs.posted,
  };
}

/** The node's summary of its settlement as text, to be compared with an earlier one. @throws NodeRpcError */
export async function settlementProgress(target: NodeTarget): Promise<string> {
  const { settlement } = z.object({ settlement: z.unknown() }).parse(await nodeRpc(target, 'tephra_status'));
  return JSON.stringify(settlement ?? null);
}
