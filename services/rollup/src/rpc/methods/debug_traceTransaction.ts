import { RPC_ERROR, RpcError } from '../errors.ts';
import { defineMethod } from '../method.ts';
import { hash } from '../params.ts';
import { traceConfig } from '../trace/config.ts';
import { traceBlock } from '../trace/traceBlock.ts';

export const debugTraceTransaction = defineMethod({
  name: 'debug_traceTransaction',
  doc: {
    text: 'Executes a transaction again, after those before it in its block, under a tracer.',
    params: ['transaction: hash', 'config?: trace config'],
    result: 'what the tracer reports',
    errors: ['-32000 transaction not found', '-32000 execution aborted: it took longer than `timeout`'],
  },
  params: [hash, traceConfig.optional()],
  handle: async (context, transactionHash, config) => {
    const known = context.chain.transactionByHash(transactionHash);
    const block = known?.block && context.blocks.byNumber(known.block.number);
    if (!known || !block) throw new RpcError(RPC_ERROR.server, 'transaction not found');
    const [traced] = await traceBlock(context, block, config ?? {}, known.transaction.index);
    return traced?.result;
  },
});
