import { errorMessage } from '@tephra/core';
import { readEcdsaKeystore } from '@tephra/crypto';
import { quantity } from '@tephra/l1';
import type { Address, Hex } from '@tephra/protocol';
import {
  isAddressEqual,
  type LocalAccount,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerializable,
  type TransactionSerializableEIP1559,
  type TransactionSerializedEIP1559,
  verifyTypedData,
} from 'viem';
import { privateKeyToAccount, toAccount } from 'viem/accounts';
import type { CliContext } from '../cli/context.ts';
import { CliError } from '../cli/errors.ts';
import { readKeyFile } from './key-folder.ts';
import { readPassword } from './secrets.ts';

/** Who signs an operator's transactions. */
export type EcdsaSigner = { kind: 'local_keystore'; file: string } | { kind: 'web3'; url: string; address: Address };

/** @throws CliError, CryptoError WRONG_PASSWORD */
export async function openEcdsaAccount(
  signer: EcdsaSigner,
  io: Pick<CliContext, 'env' | 'stdin' | 'out' | 'signal'>,
): Promise<LocalAccount> {
  if (signer.kind === 'web3') return web3Account(signer.address, signer.url);
  const content = await readKeyFile(signer.file);
  const password = await readPassword({ variable: 'OPERATOR_ECDSA_KEY_PASSWORD', what: signer.file }, io);
  return privateKeyToAccount(await readEcdsaKeystore(content, password));
}

/** An account whose key a Web3Signer (or anything with its JSON-RPC) holds. What it signs is compared with what was asked. */
export function web3Account(address: Address, url: string, deps: { fetch?: typeof fetch } = {}): LocalAccount {
  const call = async (method: string, params: unknown[]): Promise<Hex> => {
    let answer: { result?: unknown; error?: { message?: string } };
    try {
      const response = await (deps.fetch ?? fetch)(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        redirect: 'error',
        signal: AbortSignal.timeout(10_000),
      });
      answer = (await response.json()) as typeof answer;
    } catch (cause) {
      throw new CliError('RPC_ERROR', `the signer at ${url} does not answer: ${errorMessage(cause)}`, { cause });
    }
    if (typeof answer.result === 'string' && /^0x([0-9a-f]{2})*$/i.test(answer.result)) return answer.result as Hex;
    throw new CliError('RPC_ERROR', `the signer at ${url} refused: ${answer.error?.message ?? 'no signature'}`, {
      hint: `Check that it holds the key of ${address}.`,
    });
  };
  const wrong = (): CliError =>
    new CliError('VERIFICATION_FAILED', `the signer at ${url} signed something else than it was asked for`);
  return toAccount({
    address,
    async signTransaction(transaction: TransactionSerializable) {
      const wanted = transaction as TransactionSerializableEIP1559;
      const raw = (await call('eth_signTransaction', [
        {
          from: address,
          ...(wanted.to ? { to: wanted.to } : {}),
          data: wanted.data ?? '0x',
          value: quantity(wanted.value ?? 0n),
          gas: quantity(wanted.gas ?? 0n),
          nonce: quantity(wanted.nonce ?? 0),
          chainId: quantity(wanted.chainId),
          maxFeePerGas: quantity(wanted.maxFeePerGas ?? 0n),
          maxPriorityFeePerGas: quantity(wanted.maxPriorityFeePerGas ?? 0n),
        },
      ])) as TransactionSerializedEIP1559;
      if (!(await isAsAsked(raw, wanted, address).catch(() => false))) throw wrong();
      return raw;
    },
    async signTypedData(typedData) {
      const signature = await call('eth_signTypedData', [address, typedData]);
      const parameters = { ...typedData, address, signature } as Parameters<typeof verifyTypedData>[0];
      if (!(await verifyTypedData(parameters).catch(() => false))) throw wrong();
      return signature;
    },
    signMessage: () => Promise.reject(wrong()),
  }) as LocalAccount;
}

async function isAsAsked(
  raw: TransactionSerializedEIP1559,
  wanted: TransactionSerializableEIP1559,
  address: Address,
): Promise<boolean> {
  const signed = parseTransaction(raw);
  const same = (
    ['to', 'data', 'value', 'nonce', 'chainId', 'gas', 'maxFeePerGas', 'maxPriorityFeePerGas'] as const
  ).every((field) => textOf(signed[field]) === textOf(wanted[field]));
  return same && isAddressEqual(await recoverTransactionAddress({ serializedTransaction: raw }), address);
}

/** Nothing, zero and empty data are the same in a transaction. */
function textOf(value: unknown): string {
  const text = String(value ?? '').toLowerCase();
  return text === '0x' || text === '0' || text === 'null' ? '' : text;
}
