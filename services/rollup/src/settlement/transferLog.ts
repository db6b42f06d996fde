import type { Log } from '@tephra/engine';
import { toEventSelector } from 'viem';

const TRANSFER_SINGLE = toEventSelector('TransferSingle(address,address,address,uint256,uint256)');
const TRANSFER_BATCH = toEventSelector('TransferBatch(address,address,address,uint256[],uint256[])');

/**
 * Ids that an ERC-1155 transfer log names; undefined for any other log, and for one whose data is no such event's. The
 * log's author may be hostile: an array is never longer than the data that carries it.
 */
export function transferredIds(log: Log): bigint[] | undefined {
  const [event, ...topics] = log.topics;
  if (topics.length !== 3) return undefined;
  const words = log.data.slice(2);
  if (event === TRANSFER_SINGLE) return words.length < 128 ? undefined : [wordAt(words, 0)];
  if (event !== TRANSFER_BATCH || words.length < 128) return undefined;
  const offset = wordAt(words, 0) * 2n;
  if (offset + 64n > BigInt(words.length)) return undefined;
  const first = Number(offset) + 64;
  const length = wordAt(words, first - 64);
  if (length * 64n > BigInt(words.length - first)) return undefined;
  return Array.from({ length: Number(length) }, (_, i) => wordAt(words, first + 64 * i));
}

/** @param at position in hex digits */
function wordAt(words: string, at: number): bigint {
  return BigInt(`0x${words.slice(at, at + 64)}`);
}
