import { rpcAnswer } from './errors.ts';

/** Most providers answer for so many blocks at once. */
const MOST_BLOCKS = 10_000n;

/**
 * What `read` gives for the blocks from `from` to `to`, asked in ranges that the node accepts: a refused one is halved.
 * @throws what `read` throws when the node does not answer, or refuses a single block
 */
export async function inRanges<T>(
  { from, to, span = MOST_BLOCKS }: { from: bigint; to: bigint; span?: bigint },
  read: (from: bigint, to: bigint) => Promise<readonly T[]>,
): Promise<T[]> {
  const found: T[] = [];
  for (let next = from, blocks = span; next <= to; ) {
    const last = next + blocks - 1n < to ? next + blocks - 1n : to;
    try {
      found.push(...(await read(next, last)));
      next = last + 1n;
    } catch (error) {
      if (rpcAnswer(error) === undefined || blocks === 1n) throw error;
      blocks = blocks / 2n || 1n;
    }
  }
  return found;
}
