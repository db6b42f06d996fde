import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';
import { requireBlock } from '../resolve.ts';
import { traceConfig } from '../trace/config.ts';
import { traceBlock } from '../trace/traceBlock.ts';

export const debugTraceBlockByHash = defineMethod({
  name: 'debug_traceBlockByHash',
  doc: {
    text: 'Executes the transactions of a block again under a tracer.',
    params: ['block: hash', 'config?: trace config'],
    result: 'array of {txHash, result}',
    errors: ['-32000 block not found', '-32000 execution aborted: it took longer than `timeout`'],
  },
  params: [hash, traceConfig.optional()],
  handle: (context, blockHash, config) => traceBlock(context, requireBlock(context, { hash: blockHash }), config ?? {}),
});
