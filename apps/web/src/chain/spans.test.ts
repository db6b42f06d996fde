import { expect, test } from 'vitest';
import { inSpans } from './spans.ts';

test('every block is asked for once, never more than a node answers at a time', async () => {
  const asked: string[] = [];
  const read = async ({ fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint }) => {
    asked.push(`${fromBlock}-${toBlock}`);
    return [toBlock];
  };
  expect(await inSpans(250_000n, read)).toEqual([99_999n, 199_999n, 250_000n]);
  expect(asked).toEqual(['0-99999', '100000-199999', '200000-250000']);
  expect(await inSpans(99_999n, read)).toEqual([99_999n]);
  expect(await inSpans(0n, read)).toEqual([0n]);
});
