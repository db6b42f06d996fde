import type { Log } from '@tephra/engine';
import { outboxAbi } from '@tephra/l1';
import { decodeOutboxMessage, type Hash, type OutboxMessage, PREDEPLOYS } from '@tephra/protocol';
import { decodeEventLog, type Hex, toEventSelector } from 'viem';
import type { ChainReader, StoredReceipt } from '../chain.ts';

/** A message as the outbox predeploy recorded it. */
export type OutboxRecord = {
  index: bigint;
  kind: number;
  payload: Hex;
  message: OutboxMessage;
  leaf: Hash;
  blockNumber: bigint;
  transactionHash: Hash;
};

const MESSAGE_APPENDED = toEventSelector('MessageAppended(uint64,uint8,bytes32,bytes)');

/** Messages of blocks `from`..`to` in order of index. */
export function outboxMessages(chain: ChainReader, from: bigint, to: bigint): OutboxRecord[] {
  const records: OutboxRecord[] = [];
  for (let number = from; number <= to; number++) {
    const block = chain.blockByNumber(number);
    if (!block) throw new Error(`block ${number} is missing`);
    for (const receipt of block.receipts) records.push(...receiptMessages(receipt, number));
  }
  return records;
}

/** A log of the outbox predeploy that a message was appended. */
export function isMessageLog({ address, topics }: Log): boolean {
  return topics[0] === MESSAGE_APPENDED && address.toLowerCase() === PREDEPLOYS.outbox.toLowerCase();
}

function receiptMessages(receipt: StoredReceipt, blockNumber: bigint): OutboxRecord[] {
  const records: OutboxRecord[] = [];
  for (const log of receipt.logs) {
    if (!isMessageLog(log)) continue;
    const { args } = decodeEventLog({
      abi: outboxAbi,
      eventName: 'MessageAppended',
      topics: log.topics as [Hash, ...Hash[]],
      data: log.data,
    });
    records.push({
      index: args.index,
      kind: args.kind,
      payload: args.payload,
      leaf: args.leaf,
      message: decodeOutboxMessage(args.kind, args.payload),
      blockNumber,
      transactionHash: receipt.transactionHash,
    });
  }
  return records;
}
