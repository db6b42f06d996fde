import type { Address, Hash, Hex } from '@tephra/protocol';
import { decodeEventLog } from 'viem';
import { EVENTS, type LogSource } from './events.ts';

/** A contract whose logs are read. */
export type FollowedContract = {
  source: LogSource;
  address: Address;
  /** Service manager of the AVS that it belongs to; undefined for the core's contracts. */
  avs?: Address;
};

/** A log as the L1 gives it. */
export type RawLog = {
  address: Address;
  topics: [] | [Hex, ...Hex[]];
  data: Hex;
  blockNumber: bigint;
  blockHash: Hash;
  transactionHash: Hash;
  logIndex: number;
};

/** A log in the words of the database. */
export type IndexedLog = {
  block: number;
  logIndex: number;
  transactionHash: Hash;
  source: LogSource;
  /** Lower case, as all addresses here. */
  contract: string;
  event: string;
  operator: string | null;
  staker: string | null;
  avs: string | null;
  /** Numbers above 32 bits as decimal text. */
  args: Record<string, unknown>;
};

/** Undefined for events that are not indexed, and for logs of other contracts. */
export function decodeLog(log: RawLog, contracts: ReadonlyMap<string, FollowedContract>): IndexedLog | undefined {
  const contract = contracts.get(log.address.toLowerCase());
  if (!contract) return undefined;
  let decoded: { eventName: string; args?: unknown };
  try {
    decoded = decodeEventLog({ abi: EVENTS[contract.source], topics: log.topics, data: log.data });
  } catch {
    return undefined;
  }
  const args = plain(decoded.args ?? {}) as Record<string, unknown>;
  return {
    block: Number(log.blockNumber),
    logIndex: log.logIndex,
    transactionHash: log.transactionHash,
    source: contract.source,
    contract: log.address.toLowerCase(),
    event: decoded.eventName,
    operator: text(args.operator ?? args.operatorId),
    staker: text(args.staker ?? args.earner ?? inside(args.withdrawal, 'staker')),
    avs: contract.avs?.toLowerCase() ?? text(args.avs ?? inside(args.operatorSet, 'avs')),
    args,
  };
}

function inside(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** JSON without bigints, hex in lower case. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return /^0x[0-9a-fA-F]*$/.test(value) ? value.toLowerCase() : value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  }
  return value;
}
