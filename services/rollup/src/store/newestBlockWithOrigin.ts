import type { L1Origin } from '@tephra/protocol';

/** Newest block up to `head` whose L1 origin is at most `l1Block`; 0 when there is none. Origins never go back. */
export function newestBlockWithOrigin(
  l1Block: bigint,
  head: bigint,
  originOf: (number: bigint) => Pick<L1Origin, 'number'>,
): bigint {
  let low = 0n;
  let high = head;
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (originOf(middle).number <= l1Block) low = middle;
    else high = middle - 1n;
  }
  return low;
}
