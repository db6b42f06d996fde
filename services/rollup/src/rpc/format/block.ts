import type { Address, Hash, Hex } from '@tephra/protocol';
import type { Header, OpenBlock, StoredBlock } from '../../chain.ts';
import { EMPTY_BLOOM, EMPTY_OMMERS_HASH, EMPTY_TRIE_ROOT, quantity, ZERO_HASH } from '../hex.ts';
import { formatTransaction, type RpcTransaction } from './transaction.ts';

export type RpcHeader = {
  /** Null in the open block. */
  hash: Hash | null;
  nonce: Hex | null;
  number: Hex;
  parentHash: Hash;
  sha3Uncles: Hash;
  logsBloom: Hex;
  transactionsRoot: Hash;
  stateRoot: Hash;
  receiptsRoot: Hash;
  withdrawalsRoot: Hash;
  miner: Address;
  difficulty: Hex;
  extraData: Hex;
  gasLimit: Hex;
  gasUsed: Hex;
  timestamp: Hex;
  mixHash: Hash;
  baseFeePerGas: Hex;
  blobGasUsed: Hex;
  excessBlobGas: Hex;
  parentBeaconBlockRoot: Hash;
  /** From Prague on. */
  requestsHash?: Hash;
};

export type RpcBlock = RpcHeader & {
  size: Hex;
  totalDifficulty: Hex;
  uncles: Hash[];
  withdrawals: never[];
  transactions: Hash[] | RpcTransaction[];
};

export function formatHeader(header: Header): RpcHeader {
  return {
    hash: header.hash,
    nonce: '0x0000000000000000',
    number: quantity(header.number),
    parentHash: header.parentHash,
    sha3Uncles: EMPTY_OMMERS_HASH,
    logsBloom: header.logsBloom,
    transactionsRoot: header.transactionsRoot,
    stateRoot: header.stateRoot,
    receiptsRoot: header.receiptsRoot,
    withdrawalsRoot: EMPTY_TRIE_ROOT,
    miner: header.coinbase,
    difficulty: '0x0',
    extraData: '0x',
    gasLimit: quantity(header.gasLimit),
    gasUsed: quantity(header.gasUsed),
    timestamp: quantity(header.timestamp),
    mixHash: header.prevRandao,
    baseFeePerGas: quantity(header.baseFeePerGas),
    blobGasUsed: '0x0',
    excessBlobGas: '0x0',
    parentBeaconBlockRoot: header.parentBeaconBlockRoot,
    ...requestsOf(header),
  };
}

const requestsOf = ({ requestsHash }: Pick<Header, 'requestsHash'>): { requestsHash?: Hash } =>
  requestsHash === undefined ? {} : { requestsHash };

/** Full transactions or hashes only. */
export function formatBlock(block: Pick<StoredBlock, 'header' | 'transactions'>, full: boolean): RpcBlock {
  const { header } = block;
  return {
    ...formatHeader(header),
    size: quantity(header.size),
    totalDifficulty: '0x0',
    uncles: [],
    withdrawals: [],
    transactions: full
      ? block.transactions.map((transaction, index) =>
          formatTransaction(transaction, {
            blockHash: header.hash,
            blockNumber: header.number,
            index,
            baseFeePerGas: header.baseFeePerGas,
            timestamp: header.timestamp,
          }),
        )
      : block.transactions.map(({ hash }) => hash),
  };
}

/**
 * The open block. It has no hash and no roots yet: hash and nonce are null as go-ethereum's, roots are zero, because
 * clients refuse a null there.
 */
export function formatOpenBlock(open: OpenBlock, full: boolean): RpcBlock {
  const { context } = open;
  const last = open.receipts.at(-1);
  return {
    hash: null,
    nonce: null,
    number: quantity(context.number),
    parentHash: open.parentHash,
    sha3Uncles: EMPTY_OMMERS_HASH,
    logsBloom: EMPTY_BLOOM,
    transactionsRoot: ZERO_HASH,
    stateRoot: ZERO_HASH,
    receiptsRoot: ZERO_HASH,
    withdrawalsRoot: EMPTY_TRIE_ROOT,
    miner: context.coinbase,
    difficulty: '0x0',
    extraData: '0x',
    gasLimit: quantity(context.gasLimit),
    gasUsed: quantity(last?.cumulativeGasUsed ?? 0n),
    timestamp: quantity(context.timestamp),
    mixHash: context.prevRandao,
    baseFeePerGas: quantity(context.baseFeePerGas),
    blobGasUsed: '0x0',
    excessBlobGas: '0x0',
    parentBeaconBlockRoot: context.parentBeaconBlockRoot,
    ...requestsOf(context),
    size: '0x0',
    totalDifficulty: '0x0',
    uncles: [],
    withdrawals: [],
    transactions: full
      ? open.transactions.map((transaction) =>
          formatTransaction(transaction, {
            blockHash: null,
            blockNumber: null,
            index: null,
            baseFeePerGas: context.baseFeePerGas,
            timestamp: null,
          }),
        )
      : open.transactions.map(({ hash }) => hash),
  };
}
