import { defineMethod } from '../method.ts';
import { blockNumberOrTag } from '../params.ts';
import { requireBlock } from '../resolve.ts';
import { traceConfig } from '../trace/config.ts';
import { traceBlock } from '../trace/traceBlock.ts';

export const debugTraceBlockByNumber = defineMethod({
  name: 'debug_traceBlockByNumber',
  params: [blockNumberOrTag, traceConfig.optional()],
  handle: (context, ref, config) => traceBlock(context, requireBlock(context, ref), config ?? {}),
});
