import {
  bigIntToBytes,
  bytesToBigInt,
  bytesToHex,
  decodeRlp,
  EncodedRlp,
  encodeRlp,
  headerFromRlp,
  headerHash,
  headerToRlp,
  hexToBytes,
  type Log,
  type RlpItem,
} from '@tephra/engine';
import type { Hash, L1Origin, Output } from '@tephra/protocol';
import type { Header, StoredBlock, StoredReceipt, StoredTransaction } from '../chain.ts';
import type { AtHand } from '../transition/blockBuilder.ts';

/** A block without its transactions. */
export type BlockRecord = Omit<StoredBlock, 'transactions' | 'receipts'> & { transactionCount: number };

const bytes = (item: RlpItem | undefined): Uint8Array => item as Uint8Array;
const list = (item: RlpItem | undefined): RlpItem[] => item as RlpItem[];
const hex = (item: RlpItem | undefined): Hash => bytesToHex(bytes(item));
const integer = (item: RlpItem | undefined): bigint => bytesToBigInt(bytes(item));
const uint = (value: number): Uint8Array => bigIntToBytes(BigInt(value));

const originToRlp = (origin: L1Origin): RlpItem => [
  bigIntToBytes(origin.number),
  hexToBytes(origin.hash),
  bigIntToBytes(origin.timestamp),
];
const originFromRlp = (item: RlpItem | undefined): L1Origin => {
  const [number, hash, timestamp] = list(item);
  return { number: integer(number), hash: hex(hash), timestamp: integer(timestamp) };
};

/** RLP: [header, size, transaction count, origin, [outbox root, inbox position, accumulator, history root], output root, signature]. */
export function encodeBlockRecord(record: BlockRecord): Uint8Array {
  const { output } = record;
  return encodeRlp([
    headerToRlp(record.header),
    uint(record.header.size),
    uint(record.transactionCount),
    originToRlp(record.l1Origin),
    [
      hexToBytes(output.outboxRoot),
      bigIntToBytes(output.inboxPosition),
      hexToBytes(output.inboxAccumulator),
      hexToBytes(output.historyRoot),
    ],
    hexToBytes(record.outputRoot),
    hexToBytes(record.producerSignature),
  ]);
}

export function decodeBlockRecord(encoded: Uint8Array): BlockRecord {
  const [headerItem, size, count, originItem, outputItem, outputRoot, signature] = list(decodeRlp(encoded));
  const fields = headerFromRlp(headerItem!);
  const header: Header = { ...fields, hash: headerHash(fields), size: Number(integer(size)) };
  const l1Origin = originFromRlp(originItem);
  const [outboxRoot, inboxPosition, inboxAccumulator, historyRoot] = list(outputItem);
  const output: Output = {
    stateRoot: header.stateRoot,
    blockHash: header.hash,
    outboxRoot: hex(outboxRoot),
    inboxPosition: integer(inboxPosition),
    inboxAccumulator: hex(inboxAccumulator),
    l1OriginNumber: l1Origin.number,
    l1OriginHash: l1Origin.hash,
    historyRoot: hex(historyRoot),
  };
  return {
    header,
    l1Origin,
    output,
    outputRoot: hex(outputRoot),
    producerSignature: hex(signature),
    transactionCount: Number(integer(count)),
  };
}

const logFromRlp = (item: RlpItem): Log => {
  const [address, topics, data] = list(item);
  return { address: hex(address), topics: list(topics).map(hex), data: hex(data) };
};

/**
 * A transaction with its receipt. RLP: [raw, sender, hash, type, status, gas used, cumulative gas, price, contract, logs,
 * bloom (empty without logs), failure reason, failure data, data fee, inbox index + 1 (empty without), nonce + 1 of a
 * protocol transaction (empty of others)]; the last three are missing in what older versions wrote.
 */
export function encodeItem(
  transaction: StoredTransaction,
  receipt: StoredReceipt,
  { raw, logs }: Pick<AtHand, 'raw' | 'logs'>,
): Uint8Array {
  return encodeRlp([
    raw,
    hexToBytes(transaction.sender),
    hexToBytes(transaction.hash),
    uint(receipt.type),
    uint(receipt.status === 'success' ? 1 : 0),
    bigIntToBytes(receipt.gasUsed),
    bigIntToBytes(receipt.cumulativeGasUsed),
    bigIntToBytes(receipt.effectiveGasPrice),
    receipt.contractAddress === null ? NOTHING : hexToBytes(receipt.contractAddress),
    logs === null ? [] : new EncodedRlp(logs.rlp),
    logs === null ? NOTHING : logs.bloom,
    receipt.failure === undefined ? NOTHING : new TextEncoder().encode(receipt.failure.reason),
    receipt.failure === undefined ? NOTHING : hexToBytes(receipt.failure.data),
    bigIntToBytes(receipt.dataFee ?? 0n),
    transaction.inboxIndex === undefined ? NOTHING : bigIntToBytes(transaction.inboxIndex + 1n),
    transaction.systemNonce === undefined ? NOTHING : bigIntToBytes(transaction.systemNonce + 1n),
  ]);
}

export function decodeItem(
  encoded: Uint8Array,
  blockNumber: bigint,
  index: number,
): { transaction: StoredTransaction; receipt: StoredReceipt } {
  const items = list(decodeRlp(encoded));
  const [raw, sender, hash, type, status, gasUsed, cumulative, price, contract, logs, bloom, reason, data] = items;
  const [dataFee, fromInbox, systemNonce] = items.slice(13).map(integer);
  const succeeded = bytes(status).length === 1;
  const receipt: StoredReceipt = {
    transactionHash: hex(hash),
    type: Number(integer(type)),
    status: succeeded ? 'success' : 'reverted',
    gasUsed: integer(gasUsed),
    cumulativeGasUsed: integer(cumulative),
    effectiveGasPrice: integer(price),
    contractAddress: bytes(contract).length === 0 ? null : hex(contract),
    logs: list(logs).map(logFromRlp),
    logsBloom: bytes(bloom).length === 0 ? EMPTY_BLOOM : hex(bloom),
  };
  if (!succeeded) receipt.failure = { reason: new TextDecoder().decode(bytes(reason)), data: hex(data) };
  if (dataFee) receipt.dataFee = dataFee;
  const transaction: StoredTransaction = { hash: hex(hash), raw: hex(raw), sender: hex(sender), blockNumber, index };
  if (fromInbox) transaction.inboxIndex = fromInbox - 1n;
  if (systemNonce) transaction.systemNonce = systemNonce - 1n;
  return { transaction, receipt };
}

const NOTHING = new Uint8Array(0);
const EMPTY_BLOOM: Hash = `0x${'00'.repeat(256)}`;
