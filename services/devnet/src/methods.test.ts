import { expect, it } from 'vitest';
import { classifyMethod } from './methods.ts';

it('sorts methods, and refuses cheats it does not know', () => {
  expect(['eth_call', 'eth_subscribe', 'txpool_status', 'anvil_nodeInfo'].map(classifyMethod)).toEqual(
    Array(4).fill('read'),
  );
  expect(['eth_sendRawTransaction', 'anvil_setBalance', 'hardhat_setStorageAt'].map(classifyMethod)).toEqual(
    Array(3).fill('journal'),
  );
  expect(['anvil_impersonateAccount', 'evm_setBlockGasLimit'].map(classifyMethod)).toEqual(Array(2).fill('setting'));
  expect(['evm_mine', 'evm_increaseTime', 'eth_sendRawTransactionSync'].map(classifyMethod)).toEqual(
    Array(3).fill('local'),
  );
  expect(
    ['evm_snapshot', 'evm_revert', 'anvil_reset', 'evm_setAutomine', 'anvil_loadState', 'anvil_newCheat'].map(
      classifyMethod,
    ),
  ).toEqual(Array(6).fill('refused'));
});
