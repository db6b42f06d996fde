import { type Hash, type Hex, PREDEPLOYS } from '@tephra/protocol';
import { bigIntToBytes, bytesToBigInt, bytesToHex, EMPTY_BYTES, hexToBytes } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import type { BlockContext } from '../engine.ts';
import type { RlpItem } from '../rlp.ts';
import { encodeRlp } from '../rlp.ts';
import { EMPTY_ROOT } from '../trie/trie.ts';

/** All fields of a header that differ between blocks; the rest is constant on our chains. */
export type HeaderFields = BlockContext & {
  parentHash: Hash;
  stateRoot: Hash;
  transactionsRoot: Hash;
  receiptsRoot: Hash;
  logsBloom: Hex;
  gasUsed: bigint;
};

/** keccak256(rlp([])): no block has uncles since the merge. */
export const EMPTY_UNCLES_HASH: Uint8Array = keccak256(Uint8Array.of(0xc0));
const NONCE = new Uint8Array(8);

/** Fields of an Ethereum header in the order of its RLP: 20 by the rules of Cancun, 21 by those of Prague. */
export function headerToRlp(header: HeaderFields): Uint8Array[] {
  return [
    hexToBytes(header.parentHash),
    EMPTY_UNCLES_HASH,
    hexToBytes(header.coinbase),
    hexToBytes(header.stateRoot),
    hexToBytes(header.transactionsRoot),
    hexToBytes(header.receiptsRoot),
    hexToBytes(header.logsBloom),
    EMPTY_BYTES, // difficulty
    bigIntToBytes(header.number),
    bigIntToBytes(header.gasLimit),
    bigIntToBytes(header.gasUsed),
    bigIntToBytes(header.timestamp),
    EMPTY_BYTES, // extraData
    hexToBytes(header.prevRandao),
    NONCE,
    bigIntToBytes(header.baseFeePerGas),
    EMPTY_ROOT, // withdrawals
    EMPTY_BYTES, // blobGasUsed
    EMPTY_BYTES, // excessBlobGas
    hexToBytes(header.parentBeaconBlockRoot),
    ...(header.requestsHash === undefined ? [] : [hexToBytes(header.requestsHash)]),
  ];
}

/** Inverse of {@link headerToRlp} for headers of our own. */
export function headerFromRlp(item: RlpItem): HeaderFields {
  const fields = item as Uint8Array[];
  const hex = (index: number): Hex => bytesToHex(fields[index]!);
  const integer = (index: number): bigint => bytesToBigInt(fields[index]!);
  return {
    parentHash: hex(0),
    coinbase: hex(2),
    baseFeeRecipient: PREDEPLOYS.baseFeeVault.toLowerCase() as Hex,
    dataFeeRecipient: PREDEPLOYS.dataFeeVault.toLowerCase() as Hex,
    stateRoot: hex(3),
    transactionsRoot: hex(4),
    receiptsRoot: hex(5),
    logsBloom: hex(6),
    number: integer(8),
    gasLimit: integer(9),
    gasUsed: integer(10),
    timestamp: integer(11),
    prevRandao: hex(13),
    baseFeePerGas: integer(15),
    parentBeaconBlockRoot: hex(19),
    ...(fields.length > 20 ? { requestsHash: hex(20) } : {}),
  };
}

/** keccak256 of the header's RLP. */
export const headerHash = (header: HeaderFields): Hash => bytesToHex(keccak256(encodeRlp(headerToRlp(header))));

/** Size of the RLP of the whole block (header, transactions, no uncles, no withdrawals), bytes. */
export function blockSize(header: HeaderFields, transactions: Uint8Array[]): number {
  let list = 0;
  // Legacy transactions are lists themselves; typed ones are wrapped as strings.
  for (const raw of transactions) list += raw[0]! >= 0xc0 ? raw.length : rlpStringSize(raw.length);
  const body = encodeRlp(headerToRlp(header)).length + rlpListSize(list) + 2;
  return rlpListSize(body);
}

const lengthBytes = (length: number): number =>
  length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
const rlpListSize = (payload: number): number => payload + (payload < 56 ? 1 : 1 + lengthBytes(payload));
const rlpStringSize = rlpListSize;
