import type { Hex } from '@tephra/protocol';
import { numberToHex, parseGwei } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BURNER } from './testing/contracts.ts';
import { alice, bob, TestNode } from './testing/test-node.ts';

type History = { oldestBlock: Hex; baseFeePerGas: Hex[]; gasUsedRatio: number[]; reward?: Hex[][] };

let node: TestNode;
let burner: Hex;
beforeAll(async () => {
  node = await TestNode.start();
  burner = await node.deploy(BURNER);
});
afterAll(() => node.stop());

const send = async (to: Hex, gas: bigint, tip: bigint): Promise<void> => {
  const nonce = Number(await node.call<Hex>('eth_getTransactionCount', alice.address, 'pending'));
  const fees = { maxFeePerGas: parseGwei('20'), maxPriorityFeePerGas: tip };
  const raw = await alice.signTransaction({ type: 'eip1559', chainId: 4242, nonce, to, gas, ...fees });
  await node.call('eth_sendRawTransaction', raw);
};

test('rewards are the tips at shares of the gas, whatever the order of the transactions', async () => {
  // 21,000 gas with tip 5, all of 200,000 with tip 1, 21,000 with tip 3: 242,000 in all.
  await send(bob.address, 21_000n, 5n);
  await send(burner, 200_000n, 1n);
  await send(bob.address, 21_000n, 3n);
  const { header } = await node.chain.seal();
  expect(header.gasUsed).toBe(242_000n);
  const percentiles = [0, 50, 82.6, 82.7, 91.3, 91.4, 100];
  const history = await node.call<History>('eth_feeHistory', 1, 'latest', percentiles);
  // 200,000 are 82.64 % of it, with the next 21,000 they are 91.32 %.
  expect(history.reward).toEqual([['0x1', '0x1', '0x1', '0x3', '0x3', '0x5', '0x5']]);
  expect(history.gasUsedRatio).toEqual([242_000 / 30_000_000]);
  expect(history.oldestBlock).toBe(numberToHex(header.number));
  expect(history.baseFeePerGas[0]).toBe(numberToHex(header.baseFeePerGas));
});

test('an empty block paid nothing; no rewards without percentiles', async () => {
  await node.chain.seal();
  expect((await node.call<History>('eth_feeHistory', '0x1', 'latest', [10, 90])).reward).toEqual([['0x0', '0x0']]);
  expect((await node.call<History>('eth_feeHistory', '0x1', 'latest')).reward).toBeUndefined();
});

test('what is before block 0 is left out, and what is after the head refused', async () => {
  const head = node.chain.head().number;
  const whole = await node.call<History>('eth_feeHistory', '0x400', 'latest', []);
  expect(whole.oldestBlock).toBe('0x0');
  expect(whole.gasUsedRatio).toHaveLength(Number(head) + 1);
  expect(whole.baseFeePerGas).toHaveLength(Number(head) + 2);
  const { error } = await node.ask('eth_feeHistory', ['0x1', numberToHex(head + 95n)]);
  expect(error).toEqual({ code: -32000, message: `request beyond head block: requested ${head + 95n}, head ${head}` });
});

test.each([
  [[['50']], 'invalid argument 2'],
  [[[101]], 'invalid reward percentile: 101'],
  [[[-1]], 'invalid reward percentile: -1'],
  [[[20, 10]], 'invalid reward percentile: #0:20 >= #1:10'],
  [[Array.from({ length: 101 }, (_, i) => i / 2)], 'over the query limit 100'],
])('refuses percentiles %.60j', async ([percentiles], words) => {
  const { error } = await node.ask('eth_feeHistory', ['0x1', 'latest', percentiles]);
  expect(error?.message).toContain(words);
});
