import { defineMethod } from '../method.ts';
import { blockNumberOrTag } from '../params.ts';
import { requireBlock } from '../resolve.ts';
import { traceConfig } from '../trace/config.ts';
import { traceBlock } from '../trace/traceBlock.ts';

export const debugTraceBlockByNumber = defineMethod({
  name: 'debug_traceBlockByNumber',
  doc: {
    text: 'Executes the transactions of a block again under a tracer.',
    params: ['block: number or tag', 'config?: trace config'],
    result: 'array of {txHash, result}',
    errors: ['-32000 block not found', '-32000 execution aborted: it took longer than `timeout`'],
  },
  params: [blockNumberOrTag, traceConfig.optional()],
  handle: (context, ref, config) => traceBlock(context, requireBlock(context, ref), config ?? {}),
});
