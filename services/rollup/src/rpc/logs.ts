import type { Log } from '@tephra/engine';
import type { Address, Hash, Hex } from '@tephra/protocol';
import { keccak256 } from 'viem';
import type { CachedBlock } from './block-cache.ts';
import type { RpcContext } from './context.ts';
import { headerNotFound, RPC_ERROR, RpcError } from './errors.ts';
import { formatLog, type RpcLog } from './format/log.ts';
import { quantity } from './hex.ts';
import { type BlockRef, LATEST, type LogFilter } from './params.ts';
import { headerOf } from './resolve.ts';

/** Addresses and topics to look for; an empty list of addresses and null topics match all. */
export type LogCriteria = { addresses: Set<Address> | null; topics: (Hash[] | null)[] };

export function criteriaOf(filter: Pick<LogFilter, 'address' | 'topics'>): LogCriteria {
  return {
    addresses: filter.address && filter.address.length > 0 ? new Set(filter.address) : null,
    topics: filter.topics ?? [],
  };
}

export function logMatches(log: Log, criteria: LogCriteria): boolean {
  if (criteria.addresses && !criteria.addresses.has(log.address.toLowerCase() as Address)) return false;
  if (criteria.topics.length > log.topics.length) return false;
  return criteria.topics.every((wanted, i) => wanted === null || wanted.includes(log.topics[i]!));
}

/** Tells from a block's bloom whether it can hold a matching log. */
export type BloomTest = (bloom: Hex) => boolean;

export function bloomTest(criteria: LogCriteria): BloomTest {
  const groups: number[][][] = [];
  if (criteria.addresses) groups.push([...criteria.addresses].map(bloomBits));
  for (const wanted of criteria.topics) if (wanted) groups.push(wanted.map(bloomBits));
  return (bloom) =>
    groups.every((alternatives) => alternatives.some((bits) => bits.every((bit) => bloomHas(bloom, bit))));
}

/** The three bits that a value sets (yellow paper, 4.4.3): 11 low bits of each of the hash's first three byte pairs. */
function bloomBits(value: Hex): number[] {
  const digest = keccak256(value);
  return [2, 6, 10].map((start) => Number.parseInt(digest.slice(start, start + 4), 16) & 2047);
}

/** Bit 0 is the lowest of the last byte. */
function bloomHas(bloom: Hex, bit: number): boolean {
  const nibble = Number.parseInt(bloom[2 + 511 - (bit >> 2)]!, 16);
  return ((nibble >> (bit & 3)) & 1) === 1;
}

export function matchingLogs(block: CachedBlock, criteria: LogCriteria, removed = false): RpcLog[] {
  const out: RpcLog[] = [];
  for (const [index, receipt] of block.receipts.entries()) {
    for (const [i, log] of receipt.logs.entries()) {
      if (!logMatches(log, criteria)) continue;
      const transaction = { hash: receipt.transactionHash, index };
      out.push(formatLog(log, block.header, transaction, block.logOffsets[index]! + i, removed));
    }
  }
  return out;
}

/** Blocks looked at before other work gets its turn. */
const SLICE = 512n;

/**
 * Logs of a range of sealed blocks, in order.
 * @throws RpcError -32005 when the range or the result is over the limit, with what would work
 */
export async function logsInRange(
  context: RpcContext,
  first: bigint,
  last: bigint,
  criteria: LogCriteria,
): Promise<RpcLog[]> {
  const { logBlocks, logResults } = context.limits;
  if (last - first >= BigInt(logBlocks)) {
    throw new RpcError(
      RPC_ERROR.limitExceeded,
      `query spans ${last - first + 1n} blocks, the limit is ${logBlocks}; retry with the range [${quantity(first)}, ${quantity(first + BigInt(logBlocks) - 1n)}]`,
    );
  }
  const mayHold = bloomTest(criteria);
  const out: RpcLog[] = [];
  for (let number = first; number <= last; number++) {
    if (number !== first && (number - first) % SLICE === 0n) await new Promise((resolve) => setImmediate(resolve));
    const header = context.chain.headerByNumber(number);
    // A rollback may have taken the rest of the range away.
    if (!header) break;
    if (header.gasUsed === 0n || !mayHold(header.logsBloom)) continue;
    const block = context.blocks.byNumber(number);
    if (!block) break;
    const found = matchingLogs(block, criteria);
    if (out.length + found.length > logResults) {
      if (out.length === 0) {
        throw new RpcError(
          RPC_ERROR.limitExceeded,
          `block ${number} alone has more than ${logResults} results; narrow address or topics`,
        );
      }
      throw new RpcError(
        RPC_ERROR.limitExceeded,
        `query exceeds max results ${logResults}, retry with the range [${quantity(first)}, ${quantity(number - 1n)}]`,
      );
    }
    for (const log of found) out.push(log);
  }
  return out;
}

/** eth_getLogs over `filter`; unsealed blocks have no logs yet. */
export async function queryLogs(context: RpcContext, filter: LogFilter): Promise<RpcLog[]> {
  const criteria = criteriaOf(filter);
  if (filter.blockHash !== undefined) {
    const block = context.blocks.byHash(filter.blockHash);
    if (!block) throw new RpcError(RPC_ERROR.server, 'unknown block');
    return matchingLogs(block, criteria);
  }
  const first = boundary(context, filter.fromBlock ?? LATEST);
  const last = boundary(context, filter.toBlock ?? LATEST);
  if (first > last) throw new RpcError(RPC_ERROR.invalidParams, 'invalid block range params');
  const head = context.chain.head().number;
  return logsInRange(context, first, minOf(last, head), criteria);
}

function minOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function boundary(context: RpcContext, ref: BlockRef): bigint {
  if ('number' in ref) return ref.number;
  const header = headerOf(context, ref);
  if (!header) throw headerNotFound();
  return header.number;
}
