import { HARDFORKS, type Hardfork, type Hash } from '@tephra/protocol';
import { toBigInt, toHex } from './numbers.ts';

/** The rules by which a proof was checked, as it claims them. */
export type ClaimedRules = {
  chainId: bigint;
  blockGasLimit: bigint;
  gasless: boolean;
  /** Wei. */
  minBaseFee: bigint;
  /** Wei. */
  dataFeePerByte: bigint;
  hardfork: Hardfork;
};

/** What validation found of a block. */
export type ValidatedBlock = {
  number: bigint;
  /** Seconds. */
  timestamp: bigint;
  gasUsed: bigint;
  transactionCount: bigint;
  l1OriginNumber: bigint;
  l1OriginTimestamp: bigint;
  inboxPosition: bigint;
  gasLimit: bigint;
  stateRoot: Hash;
  transactionsRoot: Hash;
  receiptsRoot: Hash;
  blockHash: Hash;
  outboxRoot: Hash;
  inboxAccumulator: Hash;
  l1OriginHash: Hash;
  historyRoot: Hash;
  outputRoot: Hash;
};

const NUMBERS = [
  'number',
  'timestamp',
  'gasUsed',
  'transactionCount',
  'l1OriginNumber',
  'l1OriginTimestamp',
  'inboxPosition',
  'gasLimit',
] as const;
const HASHES = [
  'stateRoot',
  'transactionsRoot',
  'receiptsRoot',
  'blockHash',
  'outboxRoot',
  'inboxAccumulator',
  'l1OriginHash',
  'historyRoot',
  'outputRoot',
] as const;

/** Reads a record of assembly/header.ts: eight u64, nine hashes. */
export function readResult(buffer: ArrayBuffer, at: number): ValidatedBlock {
  const view = new DataView(buffer, at);
  const result: Partial<ValidatedBlock> = {};
  for (const [i, name] of NUMBERS.entries()) result[name] = view.getBigUint64(8 * i, true);
  for (const [i, name] of HASHES.entries()) result[name] = readHash(buffer, at + 64 + 32 * i);
  return result as ValidatedBlock;
}

/** Reads the record of assembly/pov.ts: three words, three u64. */
export function readRules(buffer: ArrayBuffer, at: number): ClaimedRules {
  const view = new DataView(buffer, at);
  const word = (i: number) => toBigInt(new Uint8Array(buffer, at + 32 * i, 32));
  return {
    chainId: word(0),
    minBaseFee: word(1),
    dataFeePerByte: word(2),
    blockGasLimit: view.getBigUint64(96, true),
    gasless: view.getBigUint64(104, true) === 1n,
    hardfork: HARDFORKS[Number(view.getBigUint64(112, true))]!,
  };
}

export function readHash(buffer: ArrayBuffer, at: number): Hash {
  return toHex(new Uint8Array(buffer, at, 32));
}
