import { bytesToInteger, EMPTY, integerToBytes, sameBytes } from './bytes.ts';
import { type RlpItem, rlpDecode, rlpEncode } from './rlp.ts';

/** Kinds of the batch format (README.md): 0 and 3 are legacy transactions without and with a chain id. */
export type SignedKind = 0 | 1 | 2 | 3 | 4;

/** Of a transaction of type 4. */
export type AuthorizationEntry = {
  chainId: bigint;
  /** 20 bytes. */
  address: Uint8Array;
  nonce: bigint;
  /** At most 255. */
  parity: number;
  /** 32 bytes each. */
  r: Uint8Array;
  s: Uint8Array;
};

export type AccessListEntry = { address: Uint8Array; keys: Uint8Array[] };

export type SignedParts = {
  kind: SignedKind;
  /** 0 for kind 0. */
  chainId: bigint;
  nonce: bigint;
  gasLimit: bigint;
  /** gasPrice, or maxFeePerGas of kinds 2 and 4. */
  fee: bigint;
  priorityFee: bigint;
  /** 20 bytes, or null for a creation. */
  to: Uint8Array | null;
  value: bigint;
  data: Uint8Array;
  accessList: AccessListEntry[];
  /** Of kind 4. */
  authorizations: AuthorizationEntry[];
  parity: number;
  /** 32 bytes each. */
  r: Uint8Array;
  s: Uint8Array;
};

export type SystemParts = {
  kind: 0x7e;
  sourceHash: Uint8Array;
  from: Uint8Array;
  to: Uint8Array;
  value: bigint;
  gasLimit: bigint;
  data: Uint8Array;
};

export type OpaqueParts = { kind: 0xff; data: Uint8Array };

export type TransactionParts = SignedParts | SystemParts | OpaqueParts;

/** Takes a raw transaction apart; anything that {@link joinTransaction} would not give back byte for byte is opaque. */
export function splitTransaction(raw: Uint8Array): TransactionParts {
  const parts = parse(raw);
  return parts && sameBytes(joinTransaction(parts), raw) ? parts : { kind: 0xff, data: raw };
}

/** The raw transaction. */
export function joinTransaction(parts: TransactionParts): Uint8Array {
  switch (parts.kind) {
    case 0xff:
      return parts.data;
    case 0x7e:
      return rlpEncode(
        [
          parts.sourceHash,
          parts.from,
          parts.to,
          EMPTY,
          integerToBytes(parts.value),
          integerToBytes(parts.gasLimit),
          EMPTY,
          parts.data,
        ],
        SYSTEM_PREFIX,
      );
    case 0:
    case 3: {
      const v = parts.kind === 0 ? 27n + BigInt(parts.parity) : parts.chainId * 2n + 35n + BigInt(parts.parity);
      return rlpEncode([
        integerToBytes(parts.nonce),
        integerToBytes(parts.fee),
        integerToBytes(parts.gasLimit),
        parts.to ?? EMPTY,
        integerToBytes(parts.value),
        parts.data,
        integerToBytes(v),
        stripZeros(parts.r),
        stripZeros(parts.s),
      ]);
    }
    case 1:
    case 2:
    case 4: {
      const fees = parts.kind !== 1 ? [integerToBytes(parts.priorityFee)] : [];
      return rlpEncode(
        [
          integerToBytes(parts.chainId),
          integerToBytes(parts.nonce),
          ...fees,
          integerToBytes(parts.fee),
          integerToBytes(parts.gasLimit),
          parts.to ?? EMPTY,
          integerToBytes(parts.value),
          parts.data,
          parts.accessList.map((entry) => [entry.address, entry.keys]),
          ...(parts.kind === 4 ? [parts.authorizations.map(joinAuthorization)] : []),
          parts.parity === 0 ? EMPTY : ONE,
          stripZeros(parts.r),
          stripZeros(parts.s),
        ],
        TYPES[parts.kind],
      );
    }
  }
}

const joinAuthorization = ({ chainId, address, nonce, parity, r, s }: AuthorizationEntry): Uint8Array[] => [
  integerToBytes(chainId),
  address,
  integerToBytes(nonce),
  integerToBytes(BigInt(parity)),
  stripZeros(r),
  stripZeros(s),
];

/** Null when it is not of a known form; leniency is caught by the comparison in {@link splitTransaction}. */
function parse(raw: Uint8Array): TransactionParts | null {
  const type = raw[0];
  if (type === undefined) return null;
  const fields = rlpDecode(type >= 0xc0 ? raw : raw.subarray(1));
  if (!Array.isArray(fields)) return null;
  if (type >= 0xc0) return parseLegacy(fields);
  if (type === 1 || type === 2 || type === 4) return parseTyped(type, fields);
  return type === 0x7e ? parseSystem(fields) : null;
}

function parseLegacy(fields: RlpItem[]): SignedParts | null {
  if (fields.length !== 9 || !allBytes(fields)) return null;
  const [nonce, fee, gasLimit, to, value, data, v, r, s] = fields as Fixed<9>;
  if (![nonce, fee, gasLimit, value, v].every(isInteger) || !isRecipient(to) || r.length > 32 || s.length > 32)
    return null;
  const vNumber = bytesToInteger(v);
  const unprotected = vNumber === 27n || vNumber === 28n;
  if (!unprotected && (vNumber < 35n || vNumber >= 1n << 255n)) return null;
  const chainId = unprotected ? 0n : (vNumber - 35n) / 2n;
  return {
    kind: unprotected ? 0 : 3,
    chainId,
    nonce: bytesToInteger(nonce),
    gasLimit: bytesToInteger(gasLimit),
    fee: bytesToInteger(fee),
    priorityFee: 0n,
    to: to.length === 0 ? null : to,
    value: bytesToInteger(value),
    data,
    accessList: [],
    authorizations: [],
    parity: Number(unprotected ? vNumber - 27n : (vNumber - 35n) % 2n),
    r: pad(r),
    s: pad(s),
  };
}

function parseTyped(kind: 1 | 2 | 4, fields: RlpItem[]): SignedParts | null {
  const listAt = kind === 1 ? 7 : 8;
  const lists = kind === 4 ? 2 : 1;
  if (fields.length !== listAt + lists + 3) return null;
  const accessList = parseAccessList(fields[listAt]);
  const authorizations = kind === 4 ? parseAuthorizations(fields[listAt + 1]) : [];
  const rest = fields.toSpliced(listAt, lists);
  if (!accessList || !authorizations || !allBytes(rest)) return null;
  const bytes = rest as Uint8Array[];
  // The priority fee is the one field of these that type 1 does not have.
  const [chainId, nonce, priority, fee, gasLimit, to, value, data, parity, r, s] = (
    kind === 1 ? [...bytes.slice(0, 2), EMPTY, ...bytes.slice(2)] : bytes
  ) as Fixed<11>;
  const integers = [chainId, nonce, priority, fee, gasLimit, value, parity];
  if (!integers.every(isInteger) || !isRecipient(to) || r.length > 32 || s.length > 32) return null;
  const parityNumber = bytesToInteger(parity);
  if (parityNumber > 1n) return null;
  return {
    kind,
    chainId: bytesToInteger(chainId),
    nonce: bytesToInteger(nonce),
    gasLimit: bytesToInteger(gasLimit),
    fee: bytesToInteger(fee),
    priorityFee: bytesToInteger(priority),
    to: to.length === 0 ? null : to,
    value: bytesToInteger(value),
    data,
    accessList,
    authorizations,
    parity: Number(parityNumber),
    r: pad(r),
    s: pad(s),
  };
}

function parseSystem(fields: RlpItem[]): SystemParts | null {
  if (fields.length !== 8 || !allBytes(fields)) return null;
  const [sourceHash, from, to, , value, gasLimit, , data] = fields as Fixed<8>;
  if (sourceHash.length !== 32 || from.length !== 20 || to.length !== 20) return null;
  if (!isInteger(value) || !isInteger(gasLimit)) return null;
  return { kind: 0x7e, sourceHash, from, to, value: bytesToInteger(value), gasLimit: bytesToInteger(gasLimit), data };
}

function parseAccessList(item: RlpItem | undefined): AccessListEntry[] | null {
  if (!Array.isArray(item)) return null;
  const entries: AccessListEntry[] = [];
  for (const entry of item) {
    if (!Array.isArray(entry) || entry.length !== 2) return null;
    const [address, keys] = entry;
    if (!(address instanceof Uint8Array) || address.length !== 20 || !Array.isArray(keys)) return null;
    if (!keys.every((key): key is Uint8Array => key instanceof Uint8Array && key.length === 32)) return null;
    entries.push({ address, keys });
  }
  return entries;
}

function parseAuthorizations(item: RlpItem | undefined): AuthorizationEntry[] | null {
  if (!Array.isArray(item)) return null;
  const entries: AuthorizationEntry[] = [];
  for (const entry of item) {
    if (!Array.isArray(entry) || entry.length !== 6 || !allBytes(entry)) return null;
    const [chainId, address, nonce, parity, r, s] = entry as Fixed<6>;
    if (!isInteger(chainId) || !isInteger(nonce) || address.length !== 20) return null;
    if (parity.length > 1 || r.length > 32 || s.length > 32) return null;
    entries.push({
      chainId: bytesToInteger(chainId),
      address,
      nonce: bytesToInteger(nonce),
      parity: Number(bytesToInteger(parity)),
      r: pad(r),
      s: pad(s),
    });
  }
  return entries;
}

type Fixed<N extends number, T extends Uint8Array[] = []> = T['length'] extends N ? T : Fixed<N, [...T, Uint8Array]>;

function allBytes(items: RlpItem[]): boolean {
  return items.every((item) => item instanceof Uint8Array);
}

function isInteger(bytes: Uint8Array): boolean {
  return bytes.length <= 32;
}

function isRecipient(bytes: Uint8Array): boolean {
  return bytes.length === 0 || bytes.length === 20;
}

function pad(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 32) return bytes;
  const padded = new Uint8Array(32);
  padded.set(bytes, 32 - bytes.length);
  return padded;
}

function stripZeros(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  return bytes.subarray(start);
}

const ONE = new Uint8Array([1]);
const TYPES = { 1: new Uint8Array([1]), 2: new Uint8Array([2]), 4: new Uint8Array([4]) };
const SYSTEM_PREFIX = new Uint8Array([0x7e]);
