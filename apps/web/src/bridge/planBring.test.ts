import type { Address, PublicClient } from 'viem';
import { zeroAddress } from 'viem';
import { expect, test } from 'vitest';
import { type BringItem, planBring } from './planBring.ts';

const ACCOUNT: Address = '0x1111111111111111111111111111111111111111';
const BRIDGE: Address = '0x2222222222222222222222222222222222222222';
const COIN: Address = '0x3333333333333333333333333333333333333333';
const OTTERS: Address = '0x4444444444444444444444444444444444444444';

function chain(answers: Record<string, unknown>): PublicClient {
  return {
    readContract: async ({ functionName }: { functionName: string }) => answers[functionName],
  } as unknown as PublicClient;
}
const otter = (tokenId: bigint): BringItem => ({
  holding: { kind: 'erc721', token: OTTERS, tokenId, bridged: true },
  name: `Otters #${tokenId}`,
});
const coin: BringItem = { holding: { kind: 'erc20', token: COIN, balance: 5n, bridged: true }, name: '5 EMB' };
const to = { bridge: BRIDGE, account: ACCOUNT, layer: 'season2' };

test('a collection of several ids is opened once', async () => {
  const l1 = chain({ allowance: 0n, isApprovedForAll: false, getApproved: zeroAddress });
  const steps = await planBring({ ...to, l1, items: [coin, otter(1n), otter(2n)] });
  expect(steps.map((step) => step.sentence)).toEqual([
    'Let the bridge take 5 EMB, and no more.',
    'Deposit 5 EMB into season2.',
    'Let the bridge take your 2 items: Otters #1…',
    'Deposit Otters #1 into season2.',
    'Deposit Otters #2 into season2.',
  ]);
});

test('a single id gets leave for itself alone; leave that is there is not asked again', async () => {
  const single = await planBring({
    ...to,
    l1: chain({ isApprovedForAll: false, getApproved: zeroAddress }),
    items: [otter(1n)],
  });
  expect(single.map((step) => step.sentence)).toEqual([
    'Let the bridge take Otters #1.',
    'Deposit Otters #1 into season2.',
  ]);
  const open = chain({ allowance: 5n, isApprovedForAll: true, getApproved: zeroAddress });
  expect(await planBring({ ...to, l1: open, items: [coin, otter(1n), otter(2n)] })).toHaveLength(3);
});
