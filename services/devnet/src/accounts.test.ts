import { expect, it } from 'vitest';
import { devAccounts } from './accounts.ts';

it('derives the well-known dev accounts', () => {
  const [first] = devAccounts(1);
  expect(first).toEqual({
    address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
    privateKey: '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  });
});
