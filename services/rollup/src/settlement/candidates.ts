import type { Log } from '@tephra/engine';
import { type Address, type Hash, PREDEPLOYS } from '@tephra/protocol';
import { type Hex, hexToBigInt, sliceHex, toEventSelector } from 'viem';
import type { ChainReader } from '../chain.ts';
import type { Traces } from './standardOf.ts';
import { transferredIds } from './transferLog.ts';

const TRANSFER = toEventSelector('Transfer(address,address,uint256)');
const CONSECUTIVE_TRANSFER = toEventSelector('ConsecutiveTransfer(uint256,uint256,address,address)');

/**
 * A token that claims more candidates than this goes to the claim class as a whole, so that fake logs delay nobody: later
 * addenda settle it item by item.
 */
const CANDIDATES_PER_TOKEN = 1_000_000;

/** An ERC-2309 log names any number of ids for the price of one; a token gets this many out of such logs. */
const CONSECUTIVE_CANDIDATES = 20_000n;

/** Most candidates that one token may name, and most ids out of its ERC-2309 logs. */
export type Quota = { perToken: number; consecutive: bigint };
const QUOTA: Quota = { perToken: CANDIDATES_PER_TOKEN, consecutive: CONSECUTIVE_CANDIDATES };

/** Who may own what, read from the logs of the whole chain; nothing here is trusted, the Settler asks the tokens. */
export type Candidates = {
  readonly quota: Quota;
  /** Accounts by token that ever appeared in its ERC-20 Transfer logs. */
  holdersByToken: Map<Address, Set<Address>>;
  /** Token ids by ERC-721 token, in the order of the token's first log. */
  idsByToken: Map<Address, Set<bigint>>;
  /** Accounts by id by ERC-1155 token. */
  holdersById: Map<Address, Map<bigint, Set<Address>>>;
  /** Tokens beyond their quota. */
  overQuota: Set<Address>;
  /** Ids that a token named in ERC-2309 logs so far. */
  consecutiveIds: Map<Address, bigint>;
  /** Pairs of id and account that an ERC-1155 token named so far. */
  pairs: Map<Address, number>;
  /** Every token of the maps above, in the order of their first logs. */
  appeared: Set<Address>;
};

export function noCandidates(quota: Quota = QUOTA): Candidates {
  return {
    quota,
    holdersByToken: new Map(),
    idsByToken: new Map(),
    holdersById: new Map(),
    overQuota: new Set(),
    consecutiveIds: new Map(),
    pairs: new Map(),
    appeared: new Set(),
  };
}

/** Reads every log of the chain once, from genesis to head. */
export function collectCandidates(chain: ChainReader): Candidates {
  const candidates = noCandidates();
  const head = chain.head().number;
  for (let number = 1n; number <= head; number++) {
    const block = chain.blockByNumber(number);
    if (!block) throw new Error(`block ${number} is missing below the head`);
    for (const receipt of block.receipts) for (const log of receipt.logs) collectFromLog(candidates, log);
  }
  return candidates;
}

/** Adds what one log says of ownership (ERC-20, ERC-721, ERC-2309 and ERC-1155 events). */
export function collectFromLog(candidates: Candidates, log: Log): void {
  const [event, ...topics] = log.topics;
  const token = log.address;
  // Nothing of it will be settled now, so nothing more of it is kept.
  if (candidates.overQuota.has(token)) return;
  if (event === TRANSFER && topics.length === 2) {
    candidates.appeared.add(token);
    const holders = entry(candidates.holdersByToken, token, newSet<Address>);
    for (const topic of topics) add(candidates, token, holders, topicAddress(topic));
  } else if (event === TRANSFER && topics.length === 3) {
    candidates.appeared.add(token);
    add(candidates, token, entry(candidates.idsByToken, token, newSet<bigint>), hexToBigInt(topics[2]!));
  } else if (event === CONSECUTIVE_TRANSFER && topics.length === 3 && log.data.length >= 66) {
    candidates.appeared.add(token);
    collectRange(candidates, token, hexToBigInt(topics[0]!), hexToBigInt(sliceHex(log.data as Hex, 0, 32)));
  } else {
    const ids = transferredIds(log);
    if (!ids) return;
    candidates.appeared.add(token);
    const accounts = [topicAddress(topics[1]!), topicAddress(topics[2]!)];
    for (const id of ids) addPair(candidates, token, id, accounts);
  }
}

function collectRange(candidates: Candidates, token: Address, first: bigint, last: bigint): void {
  const ids = entry(candidates.idsByToken, token, newSet<bigint>);
  const named = (candidates.consecutiveIds.get(token) ?? 0n) + (last >= first ? last - first + 1n : 0n);
  candidates.consecutiveIds.set(token, named);
  if (named > candidates.quota.consecutive) {
    candidates.overQuota.add(token);
    return;
  }
  for (let id = first; id <= last; id++) add(candidates, token, ids, id);
}

function addPair(candidates: Candidates, token: Address, id: bigint, accounts: Address[]): void {
  const holders = entry(
    entry(candidates.holdersById, token, () => new Map<bigint, Set<Address>>()),
    id,
    newSet<Address>,
  );
  let pairs = candidates.pairs.get(token) ?? 0;
  for (const account of accounts) {
    if (holders.has(account)) continue;
    if (pairs >= candidates.quota.perToken) {
      candidates.overQuota.add(token);
      return;
    }
    holders.add(account);
    pairs++;
  }
  candidates.pairs.set(token, pairs);
}

function newSet<T>(): Set<T> {
  return new Set<T>();
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function add<T>(candidates: Candidates, token: Address, set: Set<T>, item: T): void {
  if (set.size < candidates.quota.perToken) set.add(item);
  else if (!set.has(item)) candidates.overQuota.add(token);
}

function topicAddress(topic: Hash): Address {
  return sliceHex(topic, 12) as Address;
}

/** What was collected of one token. */
export function tracesOf(candidates: Candidates, token: Address): Traces {
  return {
    holders: candidates.holdersByToken.get(token) ?? new Set(),
    ids: candidates.idsByToken.get(token) ?? new Set(),
    byId: candidates.holdersById.get(token) ?? new Map(),
  };
}

/** Protocol accounts whose balances are no supply or stay with the protocol. */
export const EXCLUDED_HOLDERS: ReadonlySet<string> = new Set(
  [PREDEPLOYS.l2Bridge, PREDEPLOYS.faucet, PREDEPLOYS.settler].map((address) => address.toLowerCase()),
);
