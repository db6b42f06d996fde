import {
  type Address,
  type Hardfork,
  type Hash,
  includesFork,
  NEWEST_HARDFORK,
  SYSTEM_TRANSACTION_TYPE,
} from '@tephra/protocol';
import { bigIntToBytes, bytesToBigInt, bytesToHex, EMPTY_BYTES } from '../bytes.ts';
import { keccak256 } from '../crypto/keccak.ts';
import { recoverAddress } from '../crypto/recover.ts';
import { InvalidTransactionError } from '../errors.ts';
import { decodeRlp, encodeRlp, type RlpItem } from '../rlp.ts';
import type { Authorization } from './authorization.ts';
import { isRecoverable, type SignedDigest, signatureOf } from './signature.ts';

export type AccessList = { address: Address; storageKeys: Hash[] }[];

/** A transaction with typed fields; wei and gas. */
export type DecodedTransaction = {
  raw: Uint8Array;
  hash: Hash;
  type: 0 | 1 | 2 | 4 | typeof SYSTEM_TRANSACTION_TYPE;
  /** Lower-case hex, as all addresses here. */
  sender: Address;
  /** 0 for system transactions, which take their sender's nonce when they are executed. */
  nonce: bigint;
  to: Address | null;
  value: bigint;
  gasLimit: bigint;
  data: Uint8Array;
  /** Gas price for types 0 and 1. */
  maxFeePerGas: bigint;
  /** Gas price for types 0 and 1. */
  maxPriorityFeePerGas: bigint;
  accessList: AccessList;
  /** EIP-7702: of type 4, which has one at least. */
  authorizationList?: Authorization[];
  /** `v` as on the wire: recovery id for typed transactions, EIP-155 for legacy ones. Null for system transactions. */
  signature: { r: bigint; s: bigint; v: bigint; yParity: number } | null;
  /** EIP-4844: only the official tests have any; `decodeTransaction` takes no transaction with blobs. */
  blobs?: { hashes: Hash[]; maxFeePerGas: bigint };
  /** Identity of a system transaction. */
  sourceHash: Hash | null;
};

export type DecodeOptions = {
  chainId: bigint;
  /** Rules of the chain, which decide which types there are; default the newest. */
  hardfork?: Hardfork;
  /** Sender from an earlier decoding: skips the recovery, which costs most of the time. */
  sender?: Address;
};

/** A transaction whose sender is not known yet: null where it needs no signature. */
export type UnrecoveredTransaction = { tx: DecodedTransaction; signed: SignedDigest | null };

const MAX_UINT64 = (1n << 64n) - 1n;

/**
 * Reads a transaction from its wire form: legacy with EIP-155, EIP-2930, EIP-1559, from Prague on EIP-7702, and the chain's own
 * system transactions.
 * Only the canonical form is taken, so that a transaction has one encoding, hence one hash, on the chain and in batches.
 * @throws InvalidTransactionError MALFORMED, TYPE_UNSUPPORTED or WRONG_CHAIN
 */
export function decodeTransaction(
  raw: Uint8Array,
  { chainId, sender, hardfork = NEWEST_HARDFORK }: DecodeOptions,
): DecodedTransaction {
  const decoded = decode(raw, chainId, hardfork);
  if (decoded.signed === null) return decoded.tx;
  decoded.tx.sender = sender ?? recoverSender(decoded.signed());
  return decoded.tx;
}

/**
 * As {@link decodeTransaction} but for the sender, which costs most: whoever recovers it puts it into the transaction.
 * @throws as decodeTransaction
 */
export function decodeUnrecovered(
  raw: Uint8Array,
  { chainId, hardfork = NEWEST_HARDFORK }: Omit<DecodeOptions, 'sender'>,
): UnrecoveredTransaction {
  const { tx, signed } = decode(raw, chainId, hardfork);
  return { tx, signed: signed === null ? null : signed() };
}

/** @throws InvalidTransactionError MALFORMED when nobody made the signature */
export function recoverSender({ digest, yParity, signature }: SignedDigest): Address {
  try {
    return recoverAddress(digest, yParity, signature);
  } catch {
    throw invalidSender();
  }
}

export const invalidSender = (): InvalidTransactionError => malformed('invalid sender');

type Decoded = { tx: DecodedTransaction; signed: (() => SignedDigest) | null };

/** The sender is yet to be filled in where there is a signature. */
function decode(raw: Uint8Array, chainId: bigint, hardfork: Hardfork): Decoded {
  const type = raw[0];
  if (type === undefined) throw malformed('typed transaction too short');
  if (type >= 0xc0) return decodeLegacy(raw, chainId);
  if (type === 1 || type === 2) return decodeTyped(raw, type, chainId);
  if (type === 4 && includesFork(hardfork, 'prague')) return decodeTyped(raw, type, chainId);
  if (type === SYSTEM_TRANSACTION_TYPE) return { tx: decodeSystem(raw), signed: null };
  throw new InvalidTransactionError('TYPE_UNSUPPORTED', 'transaction type not supported');
}

const UNKNOWN: Address = '0x';

const malformed = (message: string): InvalidTransactionError => new InvalidTransactionError('MALFORMED', message);

function list(bytes: Uint8Array, length: number): RlpItem[] {
  let item: RlpItem;
  try {
    item = decodeRlp(bytes);
  } catch (error) {
    throw malformed(`rlp: ${(error as Error).message}`);
  }
  if (item instanceof Uint8Array) throw malformed('rlp: expected input list for a transaction');
  if (item.length !== length)
    throw malformed(`rlp: a transaction of this type has ${length} fields, this one ${item.length}`);
  return item;
}

function string(item: RlpItem | undefined, name: string): Uint8Array {
  if (!(item instanceof Uint8Array)) throw malformed(`rlp: expected a string for ${name}`);
  return item;
}

function integer(item: RlpItem | undefined, name: string, maxBytes: number): bigint {
  const bytes = string(item, name);
  if (bytes.length > maxBytes) throw malformed(`rlp: ${name} is too large`);
  if (bytes[0] === 0) throw malformed(`rlp: leading zero in ${name}`);
  return bytesToBigInt(bytes);
}

function recipient(item: RlpItem | undefined): Address | null {
  const bytes = string(item, 'to');
  if (bytes.length === 0) return null;
  if (bytes.length !== 20) throw malformed('rlp: wrong size of to');
  return bytesToHex(bytes);
}

function accessList(item: RlpItem | undefined): AccessList {
  if (item === undefined || item instanceof Uint8Array) throw malformed('rlp: expected a list for accessList');
  return item.map((entry) => {
    if (entry instanceof Uint8Array || entry.length !== 2) throw malformed('rlp: malformed access list entry');
    const address = string(entry[0], 'accessList.address');
    if (address.length !== 20) throw malformed('rlp: wrong size of accessList.address');
    const keys = entry[1]!;
    if (keys instanceof Uint8Array) throw malformed('rlp: expected a list for accessList.storageKeys');
    const storageKeys = keys.map((key) => {
      const bytes = string(key, 'accessList.storageKeys');
      if (bytes.length !== 32) throw malformed('rlp: wrong size of accessList.storageKeys');
      return bytesToHex(bytes);
    });
    return { address: bytesToHex(address), storageKeys };
  });
}

/** [chainId, address, nonce, yParity, r, s] each, of any values that fit. */
function authorizationList(item: RlpItem | undefined): Authorization[] {
  if (item === undefined || item instanceof Uint8Array) throw malformed('rlp: expected a list for authorizationList');
  if (item.length === 0) throw malformed('EIP-7702 transaction with empty auth list');
  return item.map((entry) => {
    if (entry instanceof Uint8Array || entry.length !== 6) throw malformed('rlp: malformed authorization');
    const address = string(entry[1], 'authorization.address');
    if (address.length !== 20) throw malformed('rlp: wrong size of authorization.address');
    return {
      chainId: integer(entry[0], 'authorization.chainId', 32),
      address: bytesToHex(address),
      nonce: integer(entry[2], 'authorization.nonce', 8),
      yParity: Number(integer(entry[3], 'authorization.yParity', 1)),
      r: integer(entry[4], 'authorization.r', 32),
      s: integer(entry[5], 'authorization.s', 32),
    };
  });
}

function checkSignature(r: bigint, s: bigint): void {
  if (!isRecoverable(r, s)) throw malformed('invalid transaction v, r, s values');
}

function checkCommon(nonce: bigint): void {
  if (nonce === MAX_UINT64) throw new InvalidTransactionError('MALFORMED', 'nonce has max value');
}

function decodeLegacy(raw: Uint8Array, chainId: bigint): Decoded {
  const fields = list(raw, 9);
  const nonce = integer(fields[0], 'nonce', 8);
  checkCommon(nonce);
  const gasPrice = integer(fields[1], 'gasPrice', 32);
  const v = integer(fields[6], 'v', 32);
  const r = integer(fields[7], 'r', 32);
  const s = integer(fields[8], 's', 32);
  if (v === 27n || v === 28n) throw malformed('only replay-protected (EIP-155) transactions allowed over RPC');
  if (v < 35n) throw malformed('invalid transaction v, r, s values');
  const signedFor = (v - 35n) / 2n;
  checkChain(signedFor, chainId);
  checkSignature(r, s);
  const yParity = Number((v - 35n) % 2n);
  const tx: DecodedTransaction = {
    raw,
    hash: bytesToHex(keccak256(raw)),
    type: 0,
    sender: UNKNOWN,
    nonce,
    to: recipient(fields[3]),
    value: integer(fields[4], 'value', 32),
    gasLimit: integer(fields[2], 'gas', 8),
    data: string(fields[5], 'data'),
    maxFeePerGas: gasPrice,
    maxPriorityFeePerGas: gasPrice,
    accessList: [],
    signature: { r, s, v, yParity },
    sourceHash: null,
  };
  const signed = (): SignedDigest => {
    const payload = encodeRlp([...fields.slice(0, 6), bigIntToBytes(chainId), EMPTY_BYTES, EMPTY_BYTES]);
    return {
      digest: keccak256(payload),
      yParity,
      signature: signatureOf(fields[7] as Uint8Array, fields[8] as Uint8Array),
    };
  };
  return { tx, signed };
}

function checkChain(have: bigint, want: bigint): void {
  if (have !== want) {
    throw new InvalidTransactionError('WRONG_CHAIN', `invalid chain id for signer: have ${have} want ${want}`);
  }
}

const FIELDS = { 1: 11, 2: 12, 4: 13 } as const;

function decodeTyped(raw: Uint8Array, type: 1 | 2 | 4, chainId: bigint): Decoded {
  const fields = list(raw.subarray(1), FIELDS[type]);
  checkChain(integer(fields[0], 'chainId', 32), chainId);
  const nonce = integer(fields[1], 'nonce', 8);
  checkCommon(nonce);
  // From `gas` on, types 2 and 4 are one field further because of their second fee.
  const at = type === 1 ? 3 : 4;
  const priority = integer(fields[2], type === 1 ? 'gasPrice' : 'maxPriorityFeePerGas', 32);
  const maxFee = type === 1 ? priority : integer(fields[3], 'maxFeePerGas', 32);
  const signatureAt = type === 4 ? at + 6 : at + 5;
  const v = integer(fields[signatureAt], 'yParity', 8);
  if (v > 1n) throw malformed('invalid transaction v, r, s values');
  const r = integer(fields[signatureAt + 1], 'r', 32);
  const s = integer(fields[signatureAt + 2], 's', 32);
  checkSignature(r, s);
  const tx: DecodedTransaction = {
    raw,
    hash: bytesToHex(keccak256(raw)),
    type,
    sender: UNKNOWN,
    nonce,
    to: recipient(fields[at + 1]),
    value: integer(fields[at + 2], 'value', 32),
    gasLimit: integer(fields[at], 'gas', 8),
    data: string(fields[at + 3], 'data'),
    maxFeePerGas: maxFee,
    maxPriorityFeePerGas: priority,
    accessList: accessList(fields[at + 4]),
    signature: { r, s, v, yParity: Number(v) },
    sourceHash: null,
  };
  if (type === 4) {
    if (tx.to === null) throw malformed('EIP-7702 transaction cannot be used to create contract');
    tx.authorizationList = authorizationList(fields[at + 5]);
  }
  const signed = (): SignedDigest => ({
    digest: keccak256(signedForm(raw, fields[signatureAt] as Uint8Array, Number(v))),
    yParity: Number(v),
    signature: signatureOf(fields[signatureAt + 1] as Uint8Array, fields[signatureAt + 2] as Uint8Array),
  });
  return { tx, signed };
}

/** What was signed of a typed transaction: the fields before the signature, which stand one after the other in `raw`. */
function signedForm(raw: Uint8Array, parity: Uint8Array, yParity: number): Uint8Array {
  const head = raw[1]!;
  const start = head < 0xf8 ? 2 : 2 + head - 0xf7;
  // A parity of 1 is its own encoding, 0 is the empty string.
  const end = parity.byteOffset - raw.byteOffset - (yParity === 0 ? 1 : 0);
  const length = end - start;
  const size = length < 56 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
  const message = new Uint8Array(2 + size + length);
  message[0] = raw[0]!;
  message[1] = size === 0 ? 0xc0 + length : 0xf7 + size;
  for (let i = size, rest = length; i > 0; i--, rest >>>= 8) message[1 + i] = rest & 0xff;
  message.set(raw.subarray(start, end), 2 + size);
  return message;
}

function decodeSystem(raw: Uint8Array): DecodedTransaction {
  const fields = list(raw.subarray(1), 8);
  const sourceHash = string(fields[0], 'sourceHash');
  const from = string(fields[1], 'from');
  if (sourceHash.length !== 32) throw malformed('rlp: wrong size of sourceHash');
  if (from.length !== 20) throw malformed('rlp: wrong size of from');
  if (integer(fields[3], 'mint', 32) !== 0n) throw malformed('a system transaction mints nothing');
  if (integer(fields[6], 'isSystemTransaction', 1) !== 0n) throw malformed('isSystemTransaction must be false');
  const to = recipient(fields[2]);
  if (to === null) throw malformed('a system transaction creates no contract');
  return {
    raw,
    hash: bytesToHex(keccak256(raw)),
    type: SYSTEM_TRANSACTION_TYPE,
    sender: bytesToHex(from),
    nonce: 0n,
    to,
    value: integer(fields[4], 'value', 32),
    gasLimit: integer(fields[5], 'gas', 8),
    data: string(fields[7], 'data'),
    maxFeePerGas: 0n,
    maxPriorityFeePerGas: 0n,
    accessList: [],
    signature: null,
    sourceHash: bytesToHex(sourceHash),
  };
}
