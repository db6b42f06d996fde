import type { Address, Hash, Hex, Log, PublicClient } from 'viem';
import { hexToBigInt, hexToNumber, isHex } from 'viem';
import type { SentenceInput } from './sentence.ts';

export type ReceiptView = {
  status: 'success' | 'reverted';
  gasUsed: bigint;
  effectiveGasPrice: bigint;
  /** Paid for the bytes on the L1, beside the gas. */
  dataFee: bigint;
  contractAddress: Address | null;
  logs: readonly Log[];
  blockNumber: bigint;
  blockHash: Hash;
  transactionIndex: number;
};

/** A transaction with its outcome; system transactions (0x7e) included, which viem's own formatter does not know. */
export type TransactionView = {
  hash: Hash;
  from: Address;
  to: Address | null;
  value: bigint;
  input: Hex;
  nonce: number;
  gas: bigint;
  /** Offered at most for a unit of gas, and of that to the producer; null for types without. */
  maxFeePerGas: bigint | null;
  maxPriorityFeePerGas: bigint | null;
  type: string;
  system: boolean;
  /** Null on the open block. */
  blockNumber: bigint | null;
  receipt: ReceiptView | null;
};

/** Null when the chain does not know the hash. */
export async function readTransaction(client: PublicClient, hash: Hash): Promise<TransactionView | null> {
  const [transaction, receipt] = await Promise.all([
    client.request({ method: 'eth_getTransactionByHash', params: [hash] }),
    client.request({ method: 'eth_getTransactionReceipt', params: [hash] }),
  ]);
  if (transaction === null) return null;
  const type: string = transaction.type;
  return {
    hash,
    from: transaction.from,
    to: transaction.to,
    value: hexToBigInt(transaction.value),
    input: transaction.input,
    nonce: hexToNumber(transaction.nonce),
    gas: hexToBigInt(transaction.gas),
    maxFeePerGas: optional(transaction.maxFeePerGas),
    maxPriorityFeePerGas: optional(transaction.maxPriorityFeePerGas),
    type,
    system: type === '0x7e',
    blockNumber: transaction.blockNumber === null ? null : hexToBigInt(transaction.blockNumber),
    receipt:
      receipt === null
        ? null
        : {
            status: receipt.status === '0x1' ? 'success' : 'reverted',
            gasUsed: hexToBigInt(receipt.gasUsed),
            effectiveGasPrice: hexToBigInt(receipt.effectiveGasPrice ?? '0x0'),
            dataFee: dataFeeOf(receipt),
            contractAddress: receipt.contractAddress ?? null,
            logs: receipt.logs.map((log) => ({
              address: log.address,
              topics: log.topics as [Hex, ...Hex[]],
              data: log.data,
              blockHash: receipt.blockHash,
              blockNumber: hexToBigInt(receipt.blockNumber),
              blockTimestamp: undefined,
              logIndex: hexToNumber(log.logIndex ?? '0x0'),
              transactionHash: hash,
              transactionIndex: hexToNumber(receipt.transactionIndex),
              removed: false,
            })),
            blockNumber: hexToBigInt(receipt.blockNumber),
            blockHash: receipt.blockHash,
            transactionIndex: hexToNumber(receipt.transactionIndex),
          },
  };
}

function optional(value: Hex | undefined): bigint | null {
  return value === undefined ? null : hexToBigInt(value);
}

/** `l1Fee` is what rollups add to a receipt; viem's types do not know it. */
function dataFeeOf(receipt: object): bigint {
  return 'l1Fee' in receipt && isHex(receipt.l1Fee) ? hexToBigInt(receipt.l1Fee) : 0n;
}

export function sentenceInputOf(transaction: TransactionView): SentenceInput {
  const { from, to, value, input, system, receipt } = transaction;
  return { from, to, value, input, system, receipt: receipt ?? undefined };
}
