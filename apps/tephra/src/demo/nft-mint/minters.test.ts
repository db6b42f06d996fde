import { bytesToHex, parseTransaction, recoverTransactionAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { expect, it } from 'vitest';
import { makeMinter, makeMinters, signCall } from './minters.ts';

it('makes the same distinct accounts from the same seed', () => {
  const minters = makeMinters('seed', 50);
  expect(makeMinters('seed', 50)).toEqual(minters);
  expect(new Set(minters.map(({ address }) => address)).size).toBe(50);
  expect(makeMinters('other', 1)[0]?.address).not.toBe(minters[0]?.address);
  expect(privateKeyToAccount(bytesToHex(minters[0]!.privateKey)).address).toBe(minters[0]?.address);
});

it('signs as a wallet does', async () => {
  const minter = makeMinter('seed', 'signer');
  const call = { chainId: 10_000_001, nonce: 3, to: minter.address, data: '0x1234', gas: 90_000n } as const;
  const { raw } = signCall(minter, call);
  expect(
    await privateKeyToAccount(bytesToHex(minter.privateKey)).signTransaction({
      ...call,
      type: 'eip1559',
      maxFeePerGas: 0n,
      maxPriorityFeePerGas: 0n,
      value: 0n,
    }),
  ).toBe(raw);
  expect(await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` })).toBe(minter.address);
  expect(parseTransaction(raw)).toMatchObject({ chainId: 10_000_001, nonce: 3, gas: 90_000n, data: '0x1234' });
});
