import { getAddress } from 'viem';
import type { RpcTransaction } from '../format/transaction.ts';
import { defineMethod } from '../method.ts';
import { bySender, readPool } from '../pool.ts';

export const txpoolInspect = defineMethod({
  name: 'txpool_inspect',
  doc: { text: 'As txpool_content with one line of text for each transaction.', result: '{pending, queued}' },
  params: [],
  handle: (context) => {
    const { pending, queued } = readPool(context);
    return { pending: bySender(pending, line), queued: bySender(queued, line) };
  },
});

function line({ to, value, gas, gasPrice }: RpcTransaction): string {
  const target = to === null ? 'contract creation' : getAddress(to);
  return `${target}: ${BigInt(value)} wei + ${BigInt(gas)} gas × ${BigInt(gasPrice)} wei`;
}
