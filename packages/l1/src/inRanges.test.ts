import { RpcRequestError } from 'viem';
import { expect, it } from 'vitest';
import { inRanges } from './inRanges.ts';

const refused = (message: string) =>
  new RpcRequestError({ body: {}, url: 'http://l1', error: { code: -32005, message } });

it('asks for every block once, in ranges that are accepted', async () => {
  const asked: [bigint, bigint][] = [];
  const found = await inRanges({ from: 5n, to: 27n, span: 16n }, async (from, to) => {
    if (to - from >= 6n) throw refused('range too large');
    asked.push([from, to]);
    return Array.from({ length: Number(to - from) + 1 }, (_, index) => Number(from) + index);
  });
  expect(found).toEqual(Array.from({ length: 23 }, (_, index) => index + 5));
  expect(asked.every(([from, to]) => to - from < 6n)).toBe(true);
  expect(await inRanges({ from: 3n, to: 2n }, async () => [1])).toEqual([]);
});

it('gives up on a single refused block, and on a node that does not answer', async () => {
  const never = async () => {
    throw refused('no');
  };
  await expect(inRanges({ from: 0n, to: 100n }, never)).rejects.toThrow('no');
  let calls = 0;
  const silent = inRanges({ from: 0n, to: 100n }, async () => {
    calls++;
    throw new Error('connection refused');
  });
  await expect(silent).rejects.toThrow('connection refused');
  expect(calls).toBe(1);
});
