import {
  type Address,
  concatHex,
  fromRlp,
  getAddress,
  type Hash,
  type Hex,
  hexToBigInt,
  numberToHex,
  toRlp,
} from 'viem';
import { ProtocolError } from './errors.ts';
import { SYSTEM_TRANSACTION_TYPE, type SystemTransaction } from './types.ts';

const TYPE_PREFIX = numberToHex(SYSTEM_TRANSACTION_TYPE);

/**
 * Wire form of a system transaction: `0x7e || rlp([sourceHash, from, to, mint = 0, value, gasLimit, isSystem = 0, data])`.
 * Its transaction hash is the keccak256 of these bytes.
 */
export function encodeSystemTransaction(transaction: SystemTransaction): Hex {
  return concatHex([
    TYPE_PREFIX,
    toRlp([
      transaction.sourceHash,
      transaction.from,
      transaction.to,
      '0x',
      quantity(transaction.value),
      quantity(transaction.gasLimit),
      '0x',
      transaction.data,
    ]),
  ]);
}

/**
 * Reads the wire form and refuses any encoding that {@link encodeSystemTransaction} would not have written.
 * @throws ProtocolError SYSTEM_TRANSACTION_MALFORMED
 */
export function decodeSystemTransaction(raw: Hex): SystemTransaction {
  let transaction: SystemTransaction;
  try {
    transaction = parse(raw);
  } catch (cause) {
    throw malformed('not a system transaction', cause);
  }
  if (encodeSystemTransaction(transaction) !== raw.toLowerCase()) throw malformed('not in canonical form');
  return transaction;
}

/** True when `raw` carries the type byte of system transactions; says nothing about the rest. */
export function isSystemTransaction(raw: Hex): boolean {
  return raw.slice(0, 4).toLowerCase() === TYPE_PREFIX;
}

function parse(raw: Hex): SystemTransaction {
  if (!isSystemTransaction(raw)) throw new Error('type byte is not 0x7e');
  const fields = fromRlp(`0x${raw.slice(4)}`, 'hex');
  if (!Array.isArray(fields) || fields.length !== 8) throw new Error('expected 8 fields');
  const [sourceHash, from, to, mint, value, gasLimit, isSystem, data] = fields.map((field) => {
    if (typeof field !== 'string') throw new Error('nested list');
    return field;
  }) as [Hash, Address, Address, Hex, Hex, Hex, Hex, Hex];
  if (sourceHash.length !== 66) throw new Error('sourceHash must be 32 bytes');
  if (mint !== '0x' || isSystem !== '0x') throw new Error('mint and isSystem must be zero');
  return {
    sourceHash,
    from: getAddress(from),
    to: getAddress(to),
    value: integer(value, 32),
    gasLimit: integer(gasLimit, 8),
    data,
  };
}

function integer(value: Hex, maxBytes: number): bigint {
  if (value.length > 2 + 2 * maxBytes) throw new Error('integer too large');
  return value === '0x' ? 0n : hexToBigInt(value);
}

function quantity(value: bigint): Hex {
  return value === 0n ? '0x' : numberToHex(value, evenLength(value));
}

/** RLP integers are whole bytes without leading zeros. */
function evenLength(value: bigint): { size: number } {
  return { size: Math.ceil(value.toString(16).length / 2) };
}

function malformed(reason: string, cause?: unknown): ProtocolError {
  return new ProtocolError('SYSTEM_TRANSACTION_MALFORMED', `System transaction is malformed: ${reason}`, {
    hint: 'Encode it with encodeSystemTransaction; users cannot send type 0x7e.',
    cause,
  });
}
