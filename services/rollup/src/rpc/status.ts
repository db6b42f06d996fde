import type { RpcContext } from './context.ts';
import { quantity } from './hex.ts';

/** tephra_status: where the chain stands, in one answer. */
export function chainStatus(context: RpcContext) {
  const { chain } = context;
  const head = chain.head();
  const open = chain.open();
  const safe = chain.safeNumber();
  const mark = (number: bigint) => ({
    number: quantity(number),
    hash: chain.headerByNumber(number)?.hash ?? null,
  });
  const origin = context.blocks.byNumber(head.number)?.l1Origin;
  const lastPack = context.finality.packOf(safe);
  const { settlement, l1Head } = context.status();
  return {
    name: context.name,
    version: context.clientVersion,
    chainId: quantity(chain.chainId),
    mode: chain.mode(),
    gasless: context.gasless,
    blockTimeMs: context.blockTimeMs,
    gasLimit: quantity(head.gasLimit),
    producer: context.producer,
    head: { ...mark(head.number), timestamp: quantity(head.timestamp) },
    safe: mark(safe),
    finalized: mark(chain.finalizedNumber()),
    /** Transactions on the open block. */
    pending: quantity(open?.transactions.length ?? 0),
    l1: {
      head: quantity(l1Head),
      origin: origin ? { number: quantity(origin.number), hash: origin.hash } : null,
    },
    packs: {
      posted: quantity(lastPack?.index ?? 0n),
      lastBlock: quantity(lastPack?.lastBlock ?? 0n),
      l1TransactionHash: lastPack && lastPack.index > 0n ? lastPack.l1TransactionHash : null,
      windowEnd: lastPack && lastPack.index > 0n ? quantity(lastPack.windowEnd) : null,
    },
    settlement,
  };
}
