import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';
import { requireBlock } from '../resolve.ts';
import { traceConfig } from '../trace/config.ts';
import { traceBlock } from '../trace/traceBlock.ts';

export const debugTraceBlockByHash = defineMethod({
  name: 'debug_traceBlockByHash',
  params: [hash, traceConfig.optional()],
  handle: (context, blockHash, config) => traceBlock(context, requireBlock(context, { hash: blockHash }), config ?? {}),
});
