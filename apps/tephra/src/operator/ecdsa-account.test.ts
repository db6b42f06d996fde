import type { Hex } from '@tephra/protocol';
import { ANVIL_KEYS } from '@tephra/testing';
import type { LocalAccount, TransactionSerializableEIP1559 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import { web3Account } from './ecdsa-account.ts';

const own = privateKeyToAccount(ANVIL_KEYS[0]);
const other = privateKeyToAccount(ANVIL_KEYS[1]);
const transaction: TransactionSerializableEIP1559 = {
  type: 'eip1559',
  chainId: 900,
  nonce: 0,
  to: other.address,
  data: '0xabcd',
  value: 5n,
  gas: 21_000n,
  maxFeePerGas: 10n,
  maxPriorityFeePerGas: 0n,
};
const typedData = {
  domain: { name: 'EigenLayer', chainId: 900 },
  types: { Note: [{ name: 'text', type: 'string' }] },
  primaryType: 'Note',
  message: { text: 'hello' },
} as const;

type Call = { method: string; params: [Record<string, Hex>, unknown] };

/** A signer service that signs with `key`, after `change` has had its way with the transaction. */
function service(key: LocalAccount, change: Partial<TransactionSerializableEIP1559> = {}, answer?: object) {
  const calls: Call[] = [];
  const fetch_ = (async (_url: string, init: RequestInit) => {
    const call = JSON.parse(String(init.body)) as Call;
    calls.push(call);
    if (answer) return Response.json(answer);
    if (call.method === 'eth_signTypedData') return Response.json({ result: await key.signTypedData(typedData) });
    const fields = call.params[0];
    const asked = {
      type: 'eip1559' as const,
      to: fields.to!,
      data: fields.data!,
      value: BigInt(fields.value!),
      gas: BigInt(fields.gas!),
      nonce: Number(fields.nonce),
      chainId: Number(fields.chainId),
      maxFeePerGas: BigInt(fields.maxFeePerGas!),
      maxPriorityFeePerGas: BigInt(fields.maxPriorityFeePerGas!),
    };
    return Response.json({ result: await key.signTransaction({ ...asked, ...change }) });
  }) as typeof fetch;
  return { calls, account: web3Account(own.address, 'http://signer', { fetch: fetch_ }) };
}

describe('an account whose key a remote signer holds', () => {
  it('signs what an account with the key here would sign', async () => {
    const { account, calls } = service(own);
    expect(await account.signTransaction(transaction)).toBe(await own.signTransaction(transaction));
    expect(await account.signTypedData(typedData)).toBe(await own.signTypedData(typedData));
    expect(calls.map(({ method }) => method)).toEqual(['eth_signTransaction', 'eth_signTypedData']);
    expect(calls[0]!.params[0]).toMatchObject({ from: own.address, nonce: '0x0', value: '0x5' });
  });

  it.each<[string, Partial<TransactionSerializableEIP1559>]>([
    ['recipient', { to: own.address }],
    ['value', { value: 6n }],
    ['data', { data: '0xabce' }],
    ['nonce', { nonce: 1 }],
    ['fee', { maxFeePerGas: 1_000n }],
    ['chain', { chainId: 1 }],
  ])('takes no transaction with another %s', async (_, change) => {
    await expect(service(own, change).account.signTransaction(transaction)).rejects.toMatchObject({
      code: 'VERIFICATION_FAILED',
    });
  });

  it('takes no signature of another key', async () => {
    const { account } = service(other);
    await expect(account.signTransaction(transaction)).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
    await expect(account.signTypedData(typedData)).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
  });

  it('says what the signer says', async () => {
    const { account } = service(own, {}, { error: { message: 'Signing key not found' } });
    await expect(account.signTransaction(transaction)).rejects.toThrow('Signing key not found');
  });
});
