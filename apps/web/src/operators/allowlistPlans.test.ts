import { operatorAllowlistAbi } from '@tephra/l1/abis';
import { type Address, decodeFunctionData } from 'viem';
import { expect, test } from 'vitest';
import { planListing, planSwitch } from './allowlistPlans.ts';

const LIST: Address = '0x1111111111111111111111111111111111111111';
const OPERATOR: Address = '0x2222222222222222222222222222222222222222';
const callOf = (data: `0x${string}`) => decodeFunctionData({ abi: operatorAllowlistAbi, data });

test('one operator goes onto the list or off it', () => {
  const on = planListing(LIST, OPERATOR, true, 'Basalt');
  expect(on).toMatchObject({ to: LIST, value: 0n, sentence: 'Allow Basalt to register.' });
  expect(callOf(on.data)).toEqual({ functionName: 'setAllowlist', args: [[OPERATOR], [true]] });
  expect(callOf(planListing(LIST, OPERATOR, false, 'Basalt').data).args).toEqual([[OPERATOR], [false]]);
});

test('the list is switched on and off as a whole', () => {
  expect(callOf(planSwitch(LIST, true).data)).toEqual({ functionName: 'enableAllowlist' });
  expect(callOf(planSwitch(LIST, false).data)).toEqual({ functionName: 'disableAllowlist' });
});
