import type { Address, Hash, Hex } from '@tephra/protocol';
import { recipientOfRaw } from '../../wireFields.ts';
import type { CachedBlock } from '../block-cache.ts';
import { quantity } from '../hex.ts';
import { formatLog, type RpcLog } from './log.ts';

export type RpcReceipt = {
  transactionHash: Hash;
  transactionIndex: Hex;
  blockHash: Hash;
  blockNumber: Hex;
  from: Address;
  to: Address | null;
  type: Hex;
  status: Hex;
  gasUsed: Hex;
  cumulativeGasUsed: Hex;
  effectiveGasPrice: Hex;
  contractAddress: Address | null;
  logs: RpcLog[];
  logsBloom: Hex;
  /** Fee for the bytes of the transaction, wei, as OP Stack receipts name it; only where there is one. */
  l1Fee?: Hex;
  /** Of a protocol transaction, as in OP Stack receipts. */
  depositNonce?: Hex;
  /** Why a failed transaction failed, with its revert data; no other client has this field, all ignore it. */
  tephraFailure?: { reason: string; data: Hex };
};

export function formatReceipt(block: CachedBlock, index: number): RpcReceipt {
  const receipt = block.receipts[index]!;
  const transaction = block.transactions[index]!;
  const logOffset = block.logOffsets[index]!;
  return {
    transactionHash: transaction.hash,
    transactionIndex: quantity(index),
    blockHash: block.header.hash,
    blockNumber: quantity(block.header.number),
    from: transaction.sender,
    to: recipientOfRaw(transaction.raw),
    type: quantity(receipt.type),
    status: receipt.status === 'success' ? '0x1' : '0x0',
    gasUsed: quantity(receipt.gasUsed),
    cumulativeGasUsed: quantity(receipt.cumulativeGasUsed),
    effectiveGasPrice: quantity(receipt.effectiveGasPrice),
    contractAddress: receipt.contractAddress,
    logs: receipt.logs.map((log, i) => formatLog(log, block.header, { hash: transaction.hash, index }, logOffset + i)),
    logsBloom: receipt.logsBloom,
    ...(receipt.dataFee ? { l1Fee: quantity(receipt.dataFee) } : {}),
    ...(transaction.systemNonce === undefined ? {} : { depositNonce: quantity(transaction.systemNonce) }),
    ...(receipt.failure ? { tephraFailure: receipt.failure } : {}),
  };
}
