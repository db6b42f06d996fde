import { encodeSystemTransaction, PREDEPLOYS } from '@tephra/protocol';
import { concatHex, type TransactionSerializable } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { recipientOfRaw, targetOfRaw, typeOfRaw } from './wireFields.ts';

const account = privateKeyToAccount(`0x${'a1'.repeat(32)}`);
const to = `0x${'bc'.repeat(20)}` as const;
const fees = { maxFeePerGas: 10n ** 9n, maxPriorityFeePerGas: 1n };

const cases: Record<string, { type: number; fields: object }> = {
  legacy: { type: 0, fields: { type: 'legacy', gasPrice: 1n } },
  'with access list': {
    type: 1,
    fields: {
      type: 'eip2930',
      gasPrice: 1n,
      accessList: [{ address: to, storageKeys: [`0x${'01'.repeat(32)}`] }],
    },
  },
  'with dynamic fee': { type: 2, fields: { type: 'eip1559', ...fees } },
};

describe('fields of raw transactions', () => {
  for (const [name, { type, fields }] of Object.entries(cases)) {
    it(`are found in one ${name}`, async () => {
      for (const value of [0n, 1n, 127n, 128n, 10n ** 18n, 2n ** 256n - 1n]) {
        for (const data of ['0x', '0x05', '0x80', `0x${'ff'.repeat(60)}`, `0x${'00'.repeat(70_000)}`] as const) {
          const common = { chainId: 4242, nonce: 300, gas: 21_000n, value, data };
          const sent = await account.signTransaction({ ...fields, ...common, to } as TransactionSerializable);
          expect(typeOfRaw(sent)).toBe(type);
          expect(targetOfRaw(sent)).toEqual({ to, value });
          const creation = await account.signTransaction({ ...fields, ...common } as TransactionSerializable);
          expect(targetOfRaw(creation)).toEqual({ to: null, value });
        }
      }
    });
  }

  it('are found in one of the protocol', () => {
    const raw = encodeSystemTransaction({
      sourceHash: `0x${'0a'.repeat(32)}`,
      from: PREDEPLOYS.system,
      to: PREDEPLOYS.l2Bridge,
      value: 0n,
      gasLimit: 1_000_000n,
      data: `0x${'12'.repeat(100)}`,
    });
    expect(typeOfRaw(raw)).toBe(0x7e);
    expect(targetOfRaw(raw)).toEqual({ to: PREDEPLOYS.l2Bridge.toLowerCase(), value: 0n });
  });

  it('are refused of a type that no chain takes', () => {
    expect(() => recipientOfRaw(concatHex(['0x55', '0xc0']))).toThrow('no transaction has type 85');
  });
});
