import { defineMethod } from '../method.ts';
import { blockNumberOrTag, uint64 } from '../params.ts';
import { blockOf, isPending } from '../resolve.ts';

export const ethGetRawTransactionByBlockNumberAndIndex = defineMethod({
  name: 'eth_getRawTransactionByBlockNumberAndIndex',
  doc: {
    text: 'A transaction in its wire form by its place; `0x` when there is none.',
    params: ['block: number or tag', 'index: quantity'],
    result: 'data',
  },
  params: [blockNumberOrTag, uint64],
  handle: (context, ref, index) => {
    const block = (isPending(ref) ? context.chain.open() : null) ?? blockOf(context, ref);
    return block?.transactions[Number(index)]?.raw ?? '0x';
  },
});
