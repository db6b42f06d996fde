import { nextBaseFee } from '@tephra/protocol';
import type { Header } from '../chain.ts';
import type { CachedBlock } from './block-cache.ts';
import type { RpcContext } from './context.ts';
import { RPC_ERROR, RpcError } from './errors.ts';
import { quantity } from './hex.ts';
import type { BlockRef } from './params.ts';
import { headerOf, isPending } from './resolve.ts';

/** Base fee of the block after `parent`; zero on a gasless chain. */
function baseFeeAfter(context: RpcContext, parent: Header): bigint {
  return context.gasless ? 0n : nextBaseFee(parent, context.minBaseFee);
}

/** Base fee that a transaction sent now meets. */
export function currentBaseFee(context: RpcContext): bigint {
  return context.chain.open()?.context.baseFeePerGas ?? baseFeeAfter(context, context.chain.head());
}

/** Blocks whose tips tell what a place costs, and how many of each count. */
const TIP_BLOCKS = 20n;
const TIPS_PER_BLOCK = 3;
/** What to offer in an auction that nobody bids in, wei: enough to go before those who offer nothing. */
const LEAST_BID = 1_000_000n;

/**
 * Tip that a sender should offer. First come, first served, none: it buys nothing there, and a wallet must not be told to pay
 * for it; nor is it to pay at all where nothing costs. In the auction what go-ethereum suggests: the 60th percentile of the lowest tips of the newest blocks.
 */
export function suggestedTip(context: RpcContext): bigint {
  if (context.ordering === 'fcfs' || context.gasless) return 0n;
  const tips: bigint[] = [];
  const newest = context.chain.head().number;
  for (let number = newest; number > 0n && number > newest - TIP_BLOCKS; number--) {
    const block = context.blocks.byNumber(number);
    if (block !== undefined) tips.push(...lowestTips(block));
  }
  const sorted = tips.sort(ascending);
  const found = sorted[Math.floor(((sorted.length - 1) * 60) / 100)] ?? LEAST_BID;
  return found < LEAST_BID ? LEAST_BID : found;
}

/** Of transactions that bid; the protocol's own and forced ones do not. */
function lowestTips({ header, transactions, receipts }: CachedBlock): bigint[] {
  const bids = receipts.filter((_, i) => {
    const { raw, inboxIndex } = transactions[i]!;
    return !raw.startsWith('0x7e') && inboxIndex === undefined;
  });
  const tips = bids.map(({ effectiveGasPrice }) => effectiveGasPrice - header.baseFeePerGas);
  return tips.sort(ascending).slice(0, TIPS_PER_BLOCK);
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Price for a legacy transaction: a quarter above the base fee, which a few full blocks do not outrun. */
export function suggestedGasPrice(context: RpcContext): bigint {
  const baseFee = currentBaseFee(context);
  return baseFee + baseFee / 4n + suggestedTip(context);
}

const MAX_BLOCKS = 1_024n;
const MAX_PERCENTILES = 100;

/** eth_feeHistory's answer. `percentiles` ascending, 0 to 100; reward rows are zero in blocks without transactions. */
export function feeHistory(context: RpcContext, count: bigint, newest: BlockRef, percentiles: number[]) {
  checkPercentiles(percentiles);
  const header = headerOf(context, newest);
  if (!header) {
    const asked = 'number' in newest ? `: requested ${newest.number}, head ${context.chain.head().number}` : '';
    throw new RpcError(RPC_ERROR.server, `request beyond head block${asked}`);
  }
  const wanted = count > MAX_BLOCKS ? MAX_BLOCKS : count;
  if (wanted === 0n)
    return { oldestBlock: '0x0', gasUsedRatio: [], baseFeePerGas: [], baseFeePerBlobGas: [], blobGasUsedRatio: [] };

  const last = header.number;
  const first = last + 1n > wanted ? last + 1n - wanted : 0n;
  const baseFees: bigint[] = [];
  const gasUsedRatio: number[] = [];
  const reward: string[][] = [];
  for (let number = first; number <= last; number++) {
    const block = context.chain.headerByNumber(number);
    if (!block) throw new RpcError(RPC_ERROR.server, 'request beyond head block');
    baseFees.push(block.baseFeePerGas);
    gasUsedRatio.push(Number(block.gasUsed) / Number(block.gasLimit));
    if (percentiles.length > 0) reward.push(rewards(context, number, block.baseFeePerGas, percentiles));
  }
  const open = isPending(newest) || last === context.chain.head().number ? context.chain.open() : null;
  const after = context.chain.headerByNumber(last + 1n)?.baseFeePerGas ?? open?.context.baseFeePerGas;
  baseFees.push(after ?? baseFeeAfter(context, header));
  return {
    oldestBlock: quantity(first),
    baseFeePerGas: baseFees.map(quantity),
    gasUsedRatio,
    baseFeePerBlobGas: baseFees.map(() => '0x1'),
    blobGasUsedRatio: gasUsedRatio.map(() => 0),
    ...(percentiles.length > 0 ? { reward } : {}),
  };
}

function checkPercentiles(percentiles: number[]): void {
  if (percentiles.length > MAX_PERCENTILES) {
    throw new RpcError(RPC_ERROR.server, `over the query limit ${MAX_PERCENTILES}`);
  }
  for (const [i, p] of percentiles.entries()) {
    if (!(p >= 0 && p <= 100)) throw new RpcError(RPC_ERROR.server, `invalid reward percentile: ${p}`);
    const before = percentiles[i - 1];
    if (before !== undefined && p <= before) {
      throw new RpcError(RPC_ERROR.server, `invalid reward percentile: #${i - 1}:${before} >= #${i}:${p}`);
    }
  }
}

/** Tips at the percentiles of the block's gas. */
function rewards(context: RpcContext, number: bigint, baseFee: bigint, percentiles: number[]): string[] {
  const receipts = context.blocks.byNumber(number)?.receipts ?? [];
  const paid = receipts
    .map((receipt) => ({
      tip: receipt.effectiveGasPrice > baseFee ? receipt.effectiveGasPrice - baseFee : 0n,
      gas: receipt.gasUsed,
    }))
    .sort((a, b) => (a.tip < b.tip ? -1 : a.tip > b.tip ? 1 : 0));
  const total = paid.reduce((sum, { gas }) => sum + gas, 0n);
  let index = 0;
  let sum = paid[0]?.gas ?? 0n;
  return percentiles.map((percentile) => {
    if (paid.length === 0) return '0x0';
    const threshold = (total * BigInt(Math.round(percentile * 1_000))) / 100_000n;
    while (sum < threshold && index < paid.length - 1) {
      index++;
      sum += paid[index]!.gas;
    }
    return quantity(paid[index]!.tip);
  });
}
