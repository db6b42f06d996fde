import type { Address, Hash, Hex } from '@tephra/protocol';
import { fromRlp } from 'viem';
import type { StoredTransaction } from '../../chain.ts';
import { typeOfRaw } from '../../wireFields.ts';
import { quantity, quantityOfBytes } from '../hex.ts';

/** Where a transaction stands; null parts for one that is not in a sealed block. */
export type Place = {
  blockHash: Hash | null;
  blockNumber: bigint | null;
  index: number | null;
  baseFeePerGas: bigint;
  timestamp: bigint | null;
};

export type AccessListEntry = { address: Address; storageKeys: Hash[] };

/** EIP-7702. */
export type RpcAuthorization = { chainId: Hex; address: Address; nonce: Hex; yParity: Hex; r: Hex; s: Hex };

/** A transaction as Ethereum clients show it; type 0x7e in the form of an OP Stack deposit. */
export type RpcTransaction = {
  blockHash: Hash | null;
  blockNumber: Hex | null;
  blockTimestamp: Hex | null;
  transactionIndex: Hex | null;
  hash: Hash;
  from: Address;
  to: Address | null;
  type: Hex;
  nonce: Hex;
  gas: Hex;
  gasPrice: Hex;
  maxFeePerGas?: Hex;
  maxPriorityFeePerGas?: Hex;
  value: Hex;
  input: Hex;
  accessList?: AccessListEntry[];
  authorizationList?: RpcAuthorization[];
  chainId?: Hex;
  v: Hex;
  r: Hex;
  s: Hex;
  yParity?: Hex;
  sourceHash?: Hash;
  isSystemTx?: boolean;
};

type Fields = readonly Hex[];

function rlpFields(raw: Hex, type: number): Fields {
  return fromRlp(type === 0 ? raw : `0x${raw.slice(4)}`, 'hex') as Fields;
}

/** `raw` is canonical: the aggregator let nothing else in. System transactions carry no nonce: the chain knows it. */
export function formatTransaction(
  transaction: Pick<StoredTransaction, 'hash' | 'raw' | 'sender' | 'systemNonce'>,
  place: Place,
): RpcTransaction {
  const type = typeOfRaw(transaction.raw);
  const fields = rlpFields(transaction.raw, type);
  const common = {
    blockHash: place.blockHash,
    blockNumber: place.blockNumber === null ? null : quantity(place.blockNumber),
    blockTimestamp: place.timestamp === null ? null : quantity(place.timestamp),
    transactionIndex: place.index === null ? null : quantity(place.index),
    hash: transaction.hash,
    from: transaction.sender,
    type: quantity(type),
  };
  if (type === 0) return { ...common, ...legacy(fields) };
  if (type === 1) return { ...common, ...accessListType(fields) };
  if (type === 2) return { ...common, ...feeMarketType(fields, place) };
  if (type === 4) {
    const { v, r, s, yParity, ...rest } = feeMarketType([...fields.slice(0, 9), ...fields.slice(10)], place);
    return { ...common, ...rest, authorizationList: authorizationListOf(fields[9]), v, r, s, yParity };
  }
  return { ...common, ...systemType(fields, transaction.systemNonce ?? 0n) };
}

function legacy(fields: Fields) {
  const v = BigInt(quantityOfBytes(fields[6]!));
  return {
    nonce: quantityOfBytes(fields[0]!),
    gasPrice: quantityOfBytes(fields[1]!),
    gas: quantityOfBytes(fields[2]!),
    to: recipient(fields[3]!),
    value: quantityOfBytes(fields[4]!),
    input: fields[5]!,
    // EIP-155: v = chain id * 2 + 35 + parity.
    ...(v >= 35n ? { chainId: quantity((v - 35n) / 2n) } : {}),
    v: quantity(v),
    r: quantityOfBytes(fields[7]!),
    s: quantityOfBytes(fields[8]!),
  };
}

function accessListType(fields: Fields) {
  const yParity = quantityOfBytes(fields[8]!);
  return {
    chainId: quantityOfBytes(fields[0]!),
    nonce: quantityOfBytes(fields[1]!),
    gasPrice: quantityOfBytes(fields[2]!),
    gas: quantityOfBytes(fields[3]!),
    to: recipient(fields[4]!),
    value: quantityOfBytes(fields[5]!),
    input: fields[6]!,
    accessList: accessListOf(fields[7]),
    v: yParity,
    r: quantityOfBytes(fields[9]!),
    s: quantityOfBytes(fields[10]!),
    yParity,
  };
}

function feeMarketType(fields: Fields, place: Place) {
  const yParity = quantityOfBytes(fields[9]!);
  const maxPriorityFeePerGas = quantityOfBytes(fields[2]!);
  const maxFeePerGas = quantityOfBytes(fields[3]!);
  const offered = place.baseFeePerGas + BigInt(maxPriorityFeePerGas);
  const cap = BigInt(maxFeePerGas);
  return {
    chainId: quantityOfBytes(fields[0]!),
    nonce: quantityOfBytes(fields[1]!),
    maxPriorityFeePerGas,
    maxFeePerGas,
    // The price paid; of an unsealed transaction the most that it may pay, as go-ethereum shows it.
    gasPrice: place.blockHash === null || offered > cap ? maxFeePerGas : quantity(offered),
    gas: quantityOfBytes(fields[4]!),
    to: recipient(fields[5]!),
    value: quantityOfBytes(fields[6]!),
    input: fields[7]!,
    accessList: accessListOf(fields[8]),
    v: yParity,
    r: quantityOfBytes(fields[10]!),
    s: quantityOfBytes(fields[11]!),
    yParity,
  };
}

/** `rlp([sourceHash, from, to, mint, value, gasLimit, isSystemTransaction, data])`. */
function systemType(fields: Fields, nonce: bigint) {
  return {
    sourceHash: fields[0] as Hash,
    nonce: quantity(nonce),
    gasPrice: '0x0' as Hex,
    gas: quantityOfBytes(fields[5]!),
    to: recipient(fields[2]!),
    value: quantityOfBytes(fields[4]!),
    input: fields[7]!,
    isSystemTx: false,
    v: '0x0' as Hex,
    r: '0x0' as Hex,
    s: '0x0' as Hex,
    yParity: '0x0' as Hex,
  };
}

function recipient(to: Hex): Address | null {
  return to === '0x' ? null : (to as Address);
}

/** [chainId, address, nonce, yParity, r, s] each. */
function authorizationListOf(field: unknown): RpcAuthorization[] {
  return (field as [Hex, Address, Hex, Hex, Hex, Hex][]).map(([chainId, address, nonce, yParity, r, s]) => ({
    chainId: quantityOfBytes(chainId),
    address,
    nonce: quantityOfBytes(nonce),
    yParity: quantityOfBytes(yParity),
    r: quantityOfBytes(r),
    s: quantityOfBytes(s),
  }));
}

function accessListOf(field: unknown): AccessListEntry[] {
  return (field as [Address, Hash[]][]).map(([address, storageKeys]) => ({ address, storageKeys }));
}
