import { getAddress } from 'viem';
import type { RpcTransaction } from '../format/transaction.ts';
import { defineMethod } from '../method.ts';
import { bySender, readPool } from '../pool.ts';

/** Each transaction as one line for people, as go-ethereum words it. */
export const txpoolInspect = defineMethod({
  name: 'txpool_inspect',
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
