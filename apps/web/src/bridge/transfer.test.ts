import { bridgeAbi, l2BridgeAbi } from '@tephra/l1/abis';
import { PREDEPLOYS } from '@tephra/protocol';
import { type Address, decodeFunctionData, type PublicClient, zeroAddress } from 'viem';
import { expect, test } from 'vitest';
import { planDeposit, planWithdrawal } from './transfer.ts';

const ACCOUNT: Address = '0x1111111111111111111111111111111111111111';
const BRIDGE: Address = '0x2222222222222222222222222222222222222222';
const TOKEN: Address = '0x3333333333333333333333333333333333333333';

/** A chain on which these questions have these answers. */
function chain(answers: Record<string, unknown>): PublicClient {
  return {
    readContract: async ({ functionName }: { functionName: string }) => answers[functionName],
  } as unknown as PublicClient;
}
const deposit = { bridge: BRIDGE, account: ACCOUNT, layer: 'drop' };
const withdrawal = { account: ACCOUNT, layer: 'drop' };

test('a deposit asks for leave only where it is missing, and only for what crosses', async () => {
  const asset = { kind: 'erc20', token: TOKEN, amount: 25n, name: '25 EMB' } as const;
  const [leave, move, ...rest] = await planDeposit({ ...deposit, l1: chain({ allowance: 24n }), asset });
  expect(rest).toEqual([]);
  expect(leave).toMatchObject({ to: TOKEN, sentence: 'Let the bridge take 25 EMB, and no more.' });
  expect(move).toMatchObject({ to: BRIDGE, value: 0n, sentence: 'Deposit 25 EMB into drop.' });
  expect(await planDeposit({ ...deposit, l1: chain({ allowance: 25n }), asset })).toHaveLength(1);
});

test('ETH goes as value, items with id and amount', async () => {
  const coin = { kind: 'coin', amount: 7n, name: '7 ETH' } as const;
  expect(await planDeposit({ ...deposit, l1: chain({}), asset: coin })).toMatchObject([
    { to: BRIDGE, value: 7n, sentence: 'Deposit 7 ETH from the L1 into drop.' },
  ]);
  const items = { kind: 'erc1155', token: TOKEN, tokenId: 9n, amount: 3n, name: '3 of Armoury #9' } as const;
  const steps = await planDeposit({ ...deposit, l1: chain({ isApprovedForAll: true }), asset: items });
  expect(steps.map((step) => decodeFunctionData({ abi: bridgeAbi, data: step.data }))).toEqual([
    { functionName: 'depositErc1155', args: [TOKEN, ACCOUNT, 9n, 3n] },
  ]);
});

test('only what was born on the layer needs leave to be withdrawn', async () => {
  const asset = { kind: 'erc721', token: TOKEN, tokenId: 1n, name: 'Otters #1' } as const;
  const l2 = chain({ getApproved: zeroAddress, isApprovedForAll: false });
  const born = await planWithdrawal({ ...withdrawal, l2, asset, bridged: false });
  expect(born.map((step) => step.to)).toEqual([TOKEN, PREDEPLOYS.l2Bridge]);
  const [bridged, ...rest] = await planWithdrawal({ ...withdrawal, l2, asset, bridged: true });
  expect(rest).toEqual([]);
  expect(decodeFunctionData({ abi: l2BridgeAbi, data: bridged!.data })).toEqual({
    functionName: 'withdrawErc721',
    args: [TOKEN, ACCOUNT, 1n],
  });
});
